import { type Box, intersectionArea, overlap } from '../box.ts';

/** A labelled box. */
export interface TrueBox extends Box {
  /**
   * COCO's iscrowd: a region of many products that are not labelled one by one. Boxes found in it count neither as right nor as
   * wrong.
   */
  crowd: boolean;
}

/** The match of a found box: the index of the true box, nothing (`false`), or in a crowd (`ignored`). */
export type Match = { kind: 'true'; index: number } | { kind: 'false' } | { kind: 'ignored' };

/** Overlap from which a found box matches a true one; the 50 of AP50. */
export const matchOverlap = 0.5;

/**
 * Matches the boxes found on one picture with the true ones as pycocotools does: most certain first, each takes the remaining true
 * box with the largest overlap, if that is at least matchOverlap (intersection over union; for a crowd, the fraction of the found
 * box inside it). The last of equal overlaps wins, as in pycocotools. `found` must be sorted, most certain first.
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
  let most = matchOverlap;
  for (const [index, box] of truth.entries()) {
    const shared = overlapWith(box, index);
    if (shared < most) continue;
    best = index;
    most = shared;
  }
  return best;
}
