import type { Box, ScoredBox } from './box.ts';
import type { Naming } from './naming.ts';
import { type Place, placeOnShelves } from './realogram.ts';

/** A detection with its embedding. */
export interface Facing {
  box: ScoredBox;
  /** L2-normalised. */
  embedding: Float32Array;
}

/** A detection with the data that decides whether its neighbours are the same product. */
export interface NamedFacing {
  box: Box;
  /** L2-normalised. */
  embedding: Float32Array;
  naming: Naming;
  /** Its name is certain (local features agree): it votes, and keeps its name. */
  keepsName: boolean;
}

/** The detection after smoothing. */
export interface SmoothedNaming extends Naming {
  /** It was named after its neighbours. */
  fromNeighbors: boolean;
}

/**
 * Gives similar neighbours the item that most of them have: at least two, and more than half of those with an item. A single name
 * is not spread, because if few are named, one error would become many. The confidence of one that changes is the mean of those
 * whose item it takes.
 *
 * @param alikeCosine the least cosine of two facings of one product side by side.
 * @param topCandidates how many candidates each lists.
 */
export function smoothNeighbors(
  facings: readonly NamedFacing[],
  { alikeCosine, topCandidates }: { alikeCosine: number; topCandidates: number },
): SmoothedNaming[] {
  const smoothed: SmoothedNaming[] = facings.map(({ naming }) => ({ ...naming, fromNeighbors: false }));
  for (const group of groupAlike(facings, alikeCosine)) {
    const winner = mostGot(group.map((index) => facings[index]!.naming));
    if (winner === null) continue;
    for (const index of group) {
      const { naming, keepsName } = facings[index]!;
      if (naming.itemId === winner.itemId || keepsName) continue;
      const others = naming.candidates.filter(({ itemId }) => itemId !== winner.itemId);
      smoothed[index] = { ...winner, candidates: [winner, ...others].slice(0, topCandidates), fromNeighbors: true };
    }
  }
  return smoothed;
}

/** The winning item, with the mean confidence of the facings that have it; null if there is none. */
function mostGot(namings: readonly Naming[]): { itemId: string; confidence: number } | null {
  const votes = new Map<string, number[]>();
  for (const { itemId, confidence } of namings) {
    if (itemId !== null) votes.set(itemId, [...(votes.get(itemId) ?? []), confidence]);
  }
  const voters = namings.filter(({ itemId }) => itemId !== null).length;
  const winner = [...votes].find(([, confidences]) => confidences.length >= 2 && confidences.length > voters / 2);
  if (!winner) return null;
  const [itemId, confidences] = winner;
  return { itemId, confidence: confidences.reduce((sum, one) => sum + one, 0) / confidences.length };
}

/**
 * Groups of similar facings that are side by side on a shelf or stacked, transitively.
 * @returns indexes; a facing that is not similar to any neighbour is in no group.
 */
export function groupAlike(
  facings: readonly Pick<NamedFacing, 'box' | 'embedding'>[],
  alikeCosine: number,
): number[][] {
  const places = placeOnShelves(facings.map(({ box }) => box));
  const byPlace = new Map<string, number[]>();
  places.forEach((place, index) => {
    byPlace.set(key(place), [...(byPlace.get(key(place)) ?? []), index]);
  });
  const groupOf = facings.map((_, index) => [index]);
  places.forEach((place, index) => {
    const beside = key({ ...place, position: place.position + 1 });
    const above = key({ ...place, level: place.level + 1 });
    for (const other of [beside, above].flatMap((at) => byPlace.get(at) ?? [])) {
      if (groupOf[index] === groupOf[other] || !areAlike(facings[index]!, facings[other]!, alikeCosine)) continue;
      const joined = [...groupOf[index]!, ...groupOf[other]!];
      for (const member of joined) groupOf[member] = joined;
    }
  });
  return [...new Set(groupOf)].filter((group) => group.length > 1);
}

function key({ shelf, position, level }: Place): string {
  return `${shelf} ${position} ${level}`;
}

/** Fraction of the smaller size: packs of one product side by side differ only by perspective and by inexact boxes. */
const mostSizeDifference = 0.35;

function areAlike(
  a: Pick<NamedFacing, 'box' | 'embedding'>,
  b: Pick<NamedFacing, 'box' | 'embedding'>,
  alikeCosine: number,
): boolean {
  if (Math.abs(a.box.height - b.box.height) > mostSizeDifference * Math.min(a.box.height, b.box.height)) return false;
  let cosine = 0;
  for (let index = 0; index < a.embedding.length; index++) cosine += a.embedding[index]! * b.embedding[index]!;
  return cosine >= alikeCosine;
}
