import { type Calibration, calibrate } from '../calibration.ts';
import { topIndexes } from '../matching.ts';
import type { Naming } from '../naming.ts';
import type { Verification } from './verify.ts';

/** From appearance and verified details to chances; fitted by models/training/calibrate-verification.ts. */
export interface VerificationRule {
  /** Chance from which the best item is named. */
  acceptConfidence: number;
  /** Weights of ln(1 + score) and of the cosine in an item's logit. */
  scoreWeight: number;
  cosineWeight: number;
  /** The logit at which "none of the items" is as likely as an item. */
  noneLogit: number;
}

/** An item of the shortlist. */
export interface Shortlisted {
  /** Its place among the items. */
  index: number;
  /** null: the item has no features (yet), so that only its appearance is known. */
  verification: Verification | null;
}

export interface DecidedNaming extends Naming {
  matchedBy: 'VERIFIED' | 'APPEARANCE' | null;
}

/**
 * Names a detection by what its details and its appearance say together: chances are a softmax over all items and "none", of
 * scoreWeight ln(1 + score) + cosineWeight cosine, where items that were not verified have a score of 0. Only an item without
 * features may be named by its appearance alone.
 *
 * @param similar cosine with each item.
 * @param shortlist the items that were looked at.
 * @param objectness the confidence of a detection that stays open.
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
  const order = topIndexes(chances, Math.max(1, topCandidates));
  const candidates = order
    .slice(0, topCandidates)
    .map((index) => ({ itemId: itemIds[index]!, confidence: chances[index]! }));
  const best = order[0];
  if (best === undefined) return { itemId: null, confidence: objectness, candidates, matchedBy: null };
  const wasSeen = shortlist.some(({ index, verification }) => index === best && verification && verification.score > 0);
  if (wasSeen && chances[best]! >= rule.acceptConfidence) {
    return { itemId: itemIds[best]!, confidence: chances[best]!, candidates, matchedBy: 'VERIFIED' };
  }
  const looksLike = topIndexes(similar, 1)[0]!;
  const chance = calibrate(similar, appearance)[looksLike]!;
  const unverifiable = shortlist.some(({ index, verification }) => index === looksLike && verification === null);
  if (unverifiable && chance >= appearance.acceptConfidence) {
    const itemId = itemIds[looksLike]!;
    const others = candidates.filter((candidate) => candidate.itemId !== itemId);
    const listed = [{ itemId, confidence: chance }, ...others].slice(0, topCandidates);
    return { itemId, confidence: chance, candidates: listed, matchedBy: 'APPEARANCE' };
  }
  return { itemId: null, confidence: objectness, candidates, matchedBy: null };
}

/** The chance of each item to be the right one. They sum to less than 1; the rest is the chance that it is none of them. */
export function fuseChances(
  similar: Float32Array,
  shortlist: readonly Shortlisted[],
  rule: Omit<VerificationRule, 'acceptConfidence'>,
): Float32Array {
  const logits = Float64Array.from(similar, (cosine) => rule.cosineWeight * cosine);
  for (const { index, verification } of shortlist) {
    logits[index]! += rule.scoreWeight * Math.log1p(verification?.score ?? 0);
  }
  let highest = rule.noneLogit;
  for (const logit of logits) if (logit > highest) highest = logit;
  let total = Math.exp(rule.noneLogit - highest);
  for (const logit of logits) total += Math.exp(logit - highest);
  return Float32Array.from(logits, (logit) => Math.exp(logit - highest) / total);
}
