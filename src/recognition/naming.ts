import { type Calibration, calibrate } from './calibration.ts';
import { type Candidate, cosines, type ItemVectors, topIndexes } from './matching.ts';

/** The name of a detection, and its other candidates. */
export interface Naming {
  /** null: too uncertain to name. */
  itemId: string | null;
  /** Probability that itemId is right; the detection's objectness if itemId is null. */
  confidence: number;
  /** The most probable items, including the named one, most probable first. */
  candidates: Candidate[];
}

export interface NamingRule extends Calibration {
  /** Probability from which the best item is named, 0..1. */
  acceptConfidence: number;
}

/** Compares a detection with the items and names it if the most probable one is probable enough. */
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
