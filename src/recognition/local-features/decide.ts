import type { Calibration } from '../calibration.ts';
import { type Contender, contend } from '../counter-examples.ts';
import { type Candidate, topIndexes } from '../matching.ts';
import { type Naming, rankByLooks } from '../naming.ts';
import type { AlikeCounterExample } from '../taught.ts';
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

/** A counter-example that was compared with the detection. */
export interface VerifiedCounterExample extends AlikeCounterExample {
  /** null: it has no features (yet). */
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
 * @param counterExamples those that were compared; an item must agree better than each of them.
 */
export function decideNaming(
  similar: Float32Array,
  itemIds: readonly string[],
  shortlist: readonly Shortlisted[],
  objectness: number,
  rule: VerificationRule,
  appearance: Calibration & { acceptConfidence: number },
  topCandidates: number,
  counterExamples: readonly VerifiedCounterExample[] = [],
): DecidedNaming {
  const ranked = rankByDetails(similar, itemIds, shortlist, rule, counterExamples);
  const best = ranked[0];
  if (best?.wins && best.confidence >= rule.acceptConfidence && (best.verification?.score ?? 0) >= rule.leastScore) {
    return decided(best, ranked, 'VERIFIED', topCandidates);
  }
  const byLooks = rankByLooks(similar, itemIds, appearance, Math.max(1, topCandidates), counterExamples);
  const likeliest = byLooks[0];
  const unverifiable = likeliest && ranked.some((each) => each.itemId === likeliest.itemId && !each.verification);
  if (unverifiable && likeliest.wins && likeliest.confidence >= appearance.acceptConfidence) {
    return decided(likeliest, ranked, 'APPEARANCE', topCandidates);
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

function rankByDetails(
  similar: Float32Array,
  itemIds: readonly string[],
  shortlist: readonly Shortlisted[],
  rule: VerificationRule,
  counterExamples: readonly VerifiedCounterExample[],
): (Contender & { verification: Verification | null })[] {
  const chances = fuseChances(similar, shortlist, rule);
  const compared = counterExamples.map(({ itemsBefore, cosine, verification }) => ({
    itemsBefore,
    logit: logitOf(cosine, verification, rule),
  }));
  const contenders = shortlist.map(({ index, verification }, rank) => {
    const logit = logitOf(similar[index]!, verification, rule);
    return { ...contend(itemIds[index]!, chances[rank]!, logit, compared), verification };
  });
  const order = topIndexes(
    Float32Array.from(contenders, ({ confidence }) => confidence),
    contenders.length,
  );
  return order.map((rank) => contenders[rank]!);
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
  const logits = shortlist.map(({ index, verification }) => logitOf(similar[index]!, verification, rule));
  const highest = Math.max(rule.noneLogit, ...logits);
  let total = Math.exp(rule.noneLogit - highest);
  for (const logit of logits) total += Math.exp(logit - highest);
  return Float32Array.from(logits, (logit) => Math.exp(logit - highest) / total);
}

type LogitRule = Pick<VerificationRule, 'scoreWeight' | 'cosineWeight'>;

function logitOf(cosine: number, verification: Verification | null, rule: LogitRule): number {
  return rule.scoreWeight * Math.log1p(verification?.score ?? 0) + rule.cosineWeight * cosine;
}
