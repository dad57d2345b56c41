import { type Box, intersectionArea, overlap } from '../box.ts';

/** What a box is taken for: a catalogue item's id or a label. Null: unnamed, which may be anything. */
export type Key = string | null;

export interface KeyedBox extends Box {
  key: Key;
  /** The frame's edge cuts it, so that it is the part of a thing that was seen. */
  isCut?: boolean;
}

/** Indexes of a seen and a known box that are taken for one thing, and how much they overlap. */
export interface Match {
  seen: number;
  known: number;
  overlap: number;
}

/**
 * Pairs of boxes, the most overlapping first, each box once. The best pairs of all (the Hungarian method) gave the same tracks on
 * simulated pans: products of a shelf hardly overlap each other, so that a box has one candidate.
 * @param leastOverlap intersection over union of a pair, 0..1
 */
export function matchGreedily(seen: readonly KeyedBox[], known: readonly KeyedBox[], leastOverlap: number): Match[] {
  const pairs = overlappingPairs(seen, known, leastOverlap).sort((a, b) => b.overlap - a.overlap);
  const takenSeen = new Set<number>();
  const takenKnown = new Set<number>();
  return pairs.filter((pair) => {
    if (takenSeen.has(pair.seen) || takenKnown.has(pair.known)) return false;
    takenSeen.add(pair.seen);
    takenKnown.add(pair.known);
    return true;
  });
}

export function mayBeOne(a: Key, b: Key): boolean {
  return a === b || a === null || b === null;
}

/** By a sweep from the left, since most of a thousand known boxes are nowhere near. */
function overlappingPairs(seen: readonly KeyedBox[], known: readonly KeyedBox[], leastOverlap: number): Match[] {
  const order = known.map((_, index) => index).sort((a, b) => known[a]!.x - known[b]!.x);
  const widest = known.reduce((most, { width }) => Math.max(most, width), 0);
  return seen.flatMap((box, index) => {
    const pairs: Match[] = [];
    for (let at = firstFrom(order, known, box.x - widest); at < order.length; at++) {
      const other = known[order[at]!]!;
      if (other.x > box.x + box.width) break;
      if (!mayBeOne(box.key, other.key)) continue;
      const shared = box.isCut || other.isCut ? covered(box, other) : overlap(box, other);
      if (shared >= leastOverlap) pairs.push({ seen: index, known: order[at]!, overlap: shared });
    }
    return pairs;
  });
}

/** How much of the smaller box the larger one covers: a part of a thing overlaps the whole of it by no more than its share. */
function covered(a: Box, b: Box): number {
  const share = intersectionArea(a, b) / Math.max(1e-9, Math.min(a.width * a.height, b.width * b.height));
  return partsCount * share;
}

/** Beside a pair of whole boxes, one with a part is second choice. */
const partsCount = 0.8;

/** The first place in the order whose box begins at `left` or behind it. */
function firstFrom(order: readonly number[], known: readonly Box[], left: number): number {
  let low = 0;
  let high = order.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (known[order[middle]!]!.x < left) low = middle + 1;
    else high = middle;
  }
  return low;
}
