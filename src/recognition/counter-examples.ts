import type { Candidate } from './matching.ts';

/**
 * Crops of which a person said that they show none of the items. A detection is named only if the item agrees better with it than
 * the best counter-example does.
 */
export interface CounterExample {
  /**
   * It speaks only against items with smaller ids, those that existed when the person said so: an item that is added later may be
   * the very product. null: it is no product at all, so it speaks against every item.
   */
  itemsBefore: string | null;
}

/** A counter-example as it was compared with a detection; a logit in the sense of the probability that it competes with. */
export interface ComparedCounterExample extends CounterExample {
  logit: number;
}

/** An item that competes with counter-examples for a detection. */
export interface Contender extends Candidate {
  /** It agrees better than every counter-example that speaks against it. */
  wins: boolean;
}

/**
 * Lets counter-examples join the softmax that the probability of an item came from. Only the strongest counts: ten crops of one
 * product are not ten products.
 */
export function contend(
  itemId: string,
  probability: number,
  logit: number,
  compared: readonly ComparedCounterExample[],
): Contender {
  const strongest = strongestAgainst(itemId, compared);
  if (strongest === Number.NEGATIVE_INFINITY) return { itemId, confidence: probability, wins: true };
  return { itemId, confidence: 1 / (1 / probability + Math.exp(strongest - logit)), wins: logit > strongest };
}

/** The highest logit of those that speak against an item; -Infinity if none does. */
function strongestAgainst(itemId: string, compared: readonly ComparedCounterExample[]): number {
  let strongest = Number.NEGATIVE_INFINITY;
  for (const { itemsBefore, logit } of compared)
    if (logit > strongest && (itemsBefore === null || itemId < itemsBefore)) strongest = logit;
  return strongest;
}
