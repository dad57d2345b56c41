import { type Calibration, calibrate } from './calibration.ts';
import { type Candidate, cosines, type ItemVectors, topIndexes } from './matching.ts';

/** What a detection is called, and what else it may be. */
export interface Naming {
  /** null: too uncertain to name. */
  itemId: string | null;
  /** Chance that itemId is right; the detection's objectness when there is none. */
  confidence: number;
  /** The likeliest items, the named one among them, likeliest first. */
  candidates: Candidate[];
}

export interface NamingRule extends Calibration {
  /** Chance from which the best item is named, 0..1. */
  acceptConfidence: number;
}

/** Compares a detection with the items and names it when the likeliest one is likely enough. */
export function nameDetection(
  embedding: Float32Array,
  objectness: number,
  items: ItemVectors,
  rule: NamingRule,
  topCandidates: number,
): Naming {
  const similar = cosines(embedding, items);
  const chances = calibrate(similar, rule);
  const candidates = topIndexes(similar, Math.max(1, topCandidates)).map((index) => ({
    itemId: items.itemIds[index]!,
    confidence: chances[index]!,
  }));
  const best = candidates[0];
  const accepted = best !== undefined && best.confidence >= rule.acceptConfidence;
  return {
    itemId: accepted ? best.itemId : null,
    confidence: accepted ? best.confidence : objectness,
    candidates: candidates.slice(0, topCandidates),
  };
}
