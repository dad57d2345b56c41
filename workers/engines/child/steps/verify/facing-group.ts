import type { DecidedNaming, Shortlisted } from '../../../../../src/recognition/local-features/decide.ts';

/** How many items the rest of a group is compared with: the best for each of its first facings. */
const mostRivals = 3;
/** This many facings of a group with the same item decide for the group. */
const agreeing = 2;
/**
 * Where no item reaches this score, after one facing and after two, none of the group will be named. Products that are in no
 * catalogue stay below 2.5 in 56 %, and below 4 in 99 % of photographs; of 325 pairs and 124 triples of alike photographs of one
 * pack, no name was lost. See docs/models.md.
 */
const hopelessScores = [2.5, 4];

/** What a facing is compared with: the most similar items, only those that were the best for others of its group, or none. */
export type Comparison = 'SHORTLIST' | 'RIVALS' | 'NONE';

/** Alike neighbours on a shelf, while they are named one after the other: the first ones decide how much the others need. */
export class FacingGroup {
  /** Indexes of the facings, in the order in which they are compared. */
  readonly members: readonly number[];
  readonly #named = new Map<string, number>();
  readonly #rivals = new Set<number>();
  #looks = 0;
  /** The highest score of any item; Infinity once an item had no features, because its appearance may still name a facing. */
  #best = 0;

  constructor(members: readonly number[]) {
    this.members = members;
  }

  /** Rows of the items that were the best for the first facings. */
  get rivals(): number[] {
    return [...this.#rivals];
  }

  /** Enough facings have the same item. */
  get agrees(): boolean {
    return Math.max(0, ...this.#named.values()) >= agreeing;
  }

  /** The first facings agree with no item at all, so the others will not either. */
  get isHopeless(): boolean {
    const least = hopelessScores[Math.min(this.#looks, hopelessScores.length) - 1];
    return least !== undefined && this.#best < least;
  }

  /**
   * What the next facing is compared with.
   * @param perGroup how many facings are compared with all similar items.
   * @param spreads a name that enough facings agree on is given to the others, which are not compared.
   */
  next(perGroup: number, spreads: boolean): Comparison {
    if (this.agrees) return spreads ? 'NONE' : 'RIVALS';
    if (this.isHopeless) return 'NONE';
    return this.#looks < perGroup ? 'SHORTLIST' : 'RIVALS';
  }

  /** A facing was compared with all similar items. */
  note({ itemId }: DecidedNaming, compared: readonly Shortlisted[]): void {
    this.#looks += 1;
    for (const row of bestOf(compared)) this.#rivals.add(row);
    for (const { verification } of compared)
      this.#best = Math.max(this.#best, verification?.score ?? Number.POSITIVE_INFINITY);
    if (itemId !== null) this.#named.set(itemId, (this.#named.get(itemId) ?? 0) + 1);
  }
}

function bestOf(compared: readonly Shortlisted[]): number[] {
  const score = ({ verification }: Shortlisted) => verification?.score ?? 0;
  return [...compared]
    .sort((a, b) => score(b) - score(a))
    .slice(0, mostRivals)
    .map(({ index }) => index);
}
