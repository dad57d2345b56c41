import { type Calibration, calibrate } from './calibration.ts';
import { type Contender, contend } from './counter-examples.ts';
import { type Candidate, topIndexes } from './matching.ts';
import { type AlikeCounterExample, findLikenesses, type KnownItems } from './taught.ts';

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
  items: KnownItems,
  rule: NamingRule,
  topCandidates: number,
): Naming {
  const { similar, counterExamples } = findLikenesses(embedding, items);
  const ranked = rankByLooks(similar, items.itemIds, rule, Math.max(1, topCandidates), counterExamples);
  const candidates = ranked.map(({ itemId, confidence }) => ({ itemId, confidence }));
  const best = ranked[0];
  const accepted = best?.wins && best.confidence >= rule.acceptConfidence;
  return {
    itemId: accepted ? best.itemId : null,
    confidence: accepted ? best.confidence : objectness,
    candidates: candidates.slice(0, topCandidates),
  };
}

/**
 * The most similar items, most similar first, with their probabilities.
 * @param similar cosine with each item.
 */
export function rankByLooks(
  similar: Float32Array,
  itemIds: readonly string[],
  calibration: Calibration,
  count: number,
  counterExamples: readonly AlikeCounterExample[],
): Contender[] {
  const chances = calibrate(similar, calibration);
  const { temperature } = calibration;
  const compared = counterExamples.map(({ itemsBefore, cosine }) => ({ itemsBefore, logit: cosine / temperature }));
  return topIndexes(similar, count).map((index) =>
    contend(itemIds[index]!, chances[index]!, similar[index]! / temperature, compared),
  );
}
