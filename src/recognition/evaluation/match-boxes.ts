import { type Box, intersectionArea, overlap } from '../box.ts';

/** A box that somebody drew. */
export interface TrueBox extends Box {
  /** COCO's iscrowd: a region of many products that are not marked one by one. What is found in it counts neither way. */
  crowd: boolean;
}

/** What a found box is: the index of the true box it matches, nothing (`false`), or in a crowd (`ignored`). */
export type Match = { kind: 'true'; index: number } | { kind: 'false' } | { kind: 'ignored' };

/** Overlap from which a found box is the true one; the 50 of AP50. */
export const MATCH_OVERLAP = 0.5;

/**
 * Matches the boxes found on one picture with the true ones as pycocotools does: the surest first, each takes the true box that it
 * overlaps most of those left, by at least MATCH_OVERLAP (intersection over union; of a crowd, the share of the found box inside it).
 * Of equal overlaps the last wins, as there. `found` must be sorted, the surest first.
 */
export function matchBoxes(found: readonly Box[], truth: readonly TrueBox[]): Match[] {
  const taken = new Set<number>();
  return found.map((box) => {
    const index = bestMatch(truth, (each, at) => (each.crowd || taken.has(at) ? 0 : overlap(box, each)));
    if (index !== null) {
      taken.add(index);
      return { kind: 'true', index };
    }
    const crowd = bestMatch(truth, (each) => (each.crowd ? intersectionArea(box, each) / (box.width * box.height) : 0));
    return crowd === null ? { kind: 'false' } : { kind: 'ignored' };
  });
}

function bestMatch(truth: readonly TrueBox[], overlapWith: (box: TrueBox, index: number) => number): number | null {
  let best: number | null = null;
  let most = MATCH_OVERLAP;
  for (const [index, box] of truth.entries()) {
    const shared = overlapWith(box, index);
    if (shared < most) continue;
    best = index;
    most = shared;
  }
  return best;
}
