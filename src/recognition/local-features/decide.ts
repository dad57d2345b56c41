import { type Calibration, calibrate } from '../calibration.ts';
import { type Candidate, topIndexes } from '../matching.ts';
import type { Naming } from '../naming.ts';
import type { Verification } from './verify.ts';

/** Parameters that turn appearance and verified features into probabilities; fitted by models/training/calibrate-verification.ts. */
export interface VerificationRule {
  /** Probability from which the best item is named. */
  acceptConfidence: number;
  /**
   * The lowest score at which it is named, whatever its probability: if no item resembles the product, a few keypoints that agree
   * by chance give a high probability.
   */
  leastScore: number;
  /** Weights of ln(1 + score) and of the cosine in an item's logit. */
  scoreWeight: number;
  cosineWeight: number;
  /** The logit at which "none of the shortlist" is as probable as an item. */
  noneLogit: number;
}

/** An item of the shortlist. */
export interface Shortlisted {
  /** Its index among the items. */
  index: number;
  /** null: the item has no features (yet), so only its appearance is known. */
  verification: Verification | null;
}

export interface DecidedNaming extends Naming {
  matchedBy: 'VERIFIED' | 'APPEARANCE' | null;
}

/**
 * Names a detection by its local features and its appearance together. Only an item without features may be named by appearance
 * alone. With an empty shortlist nothing is named, and the candidates are the most similar items.
 * @param similar cosine with each item.
 * @param shortlist the items that were compared.
 * @param objectness the confidence of a detection that is not named.
 */
export function decideNaming(
  similar: Float32Array,
  itemIds: readonly string[],
  shortlist: readonly Shortlisted[],
  objectness: number,
  rule: VerificationRule,
  appearance: Calibration & { acceptConfidence: number },
  topCandidates: number,
): DecidedNaming {
  const chances = fuseChances(similar, shortlist, rule);
  const ranked = topIndexes(chances, shortlist.length).map((rank) => ({
    itemId: itemIds[shortlist[rank]!.index]!,
    confidence: chances[rank]!,
    verification: shortlist[rank]!.verification,
  }));
  const best = ranked[0];
  if (best && best.confidence >= rule.acceptConfidence && (best.verification?.score ?? 0) >= rule.leastScore) {
    return decided(best, ranked, 'VERIFIED', topCandidates);
  }
  const byLooks = rankByLooks(similar, itemIds, appearance, Math.max(1, topCandidates));
  const unverifiable = byLooks[0] && ranked.some((each) => each.itemId === byLooks[0]!.itemId && !each.verification);
  if (unverifiable && byLooks[0]!.confidence >= appearance.acceptConfidence) {
    return decided(byLooks[0]!, ranked, 'APPEARANCE', topCandidates);
  }
  const candidates = (best ? ranked : byLooks).slice(0, topCandidates).map(pickCandidate);
  return { itemId: null, confidence: objectness, candidates, matchedBy: null };
}

function decided(
  { itemId, confidence }: Candidate,
  ranked: readonly Candidate[],
  matchedBy: DecidedNaming['matchedBy'],
  topCandidates: number,
): DecidedNaming {
  const others = ranked.filter((each) => each.itemId !== itemId).map(pickCandidate);
  return { itemId, confidence, candidates: [{ itemId, confidence }, ...others].slice(0, topCandidates), matchedBy };
}

function pickCandidate({ itemId, confidence }: Candidate): Candidate {
  return { itemId, confidence };
}

function rankByLooks(
  similar: Float32Array,
  itemIds: readonly string[],
  appearance: Calibration,
  count: number,
): Candidate[] {
  const chances = calibrate(similar, appearance);
  return topIndexes(similar, count).map((index) => ({ itemId: itemIds[index]!, confidence: chances[index]! }));
}

/**
 * The probability that each item of the shortlist is the right one: a softmax of scoreWeight ln(1 + score) + cosineWeight cosine,
 * over them and "none of them". Not over all items: in a catalogue of thousands, items that were not compared would outweigh
 * matching features.
 */
export function fuseChances(
  similar: Float32Array,
  shortlist: readonly Shortlisted[],
  rule: Omit<VerificationRule, 'acceptConfidence' | 'leastScore'>,
): Float32Array {
  const logits = shortlist.map(
    ({ index, verification }) =>
      rule.scoreWeight * Math.log1p(verification?.score ?? 0) + rule.cosineWeight * similar[index]!,
  );
  const highest = Math.max(rule.noneLogit, ...logits);
  let total = Math.exp(rule.noneLogit - highest);
  for (const logit of logits) total += Math.exp(logit - highest);
  return Float32Array.from(logits, (logit) => Math.exp(logit - highest) / total);
}
