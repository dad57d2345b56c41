import { groupByFeet, heightOf, sharedWidth } from './feet.ts';
import type { LevelBox } from './tilt.ts';

/** Of the smaller height. A price rail with the room above the goods is more than this, the slack of two boxes is less. */
const widestGap = 0.15;
/** Of the smaller height: boxes of stacked packs overlap when they are seen from above or drawn loosely. */
const deepestOverlap = 0.3;
/** Of its width: how much of a box must have something below. */
const leastSupport = 0.5;
/** Of the boxes of a row. Fewer: the row has a board of its own that goods below happen to reach. */
const mostOfRow = 0.6;

/**
 * What each box stands on: the index of another box, or null for a board. A row of boxes is stacked only when most of it has
 * something directly below, so that a shelf filled up to the board above makes no tower.
 */
export function findSupports(boxes: readonly LevelBox[]): (number | null)[] {
  const supports = boxes.map((box, index) => findSupport(box, index, boxes));
  for (const row of groupByFeet(boxes)) {
    const stacked = row.filter((index) => supports[index] !== null);
    if (stacked.length < mostOfRow * row.length) for (const index of stacked) supports[index] = null;
  }
  return supports;
}

function findSupport(box: LevelBox, index: number, boxes: readonly LevelBox[]): number | null {
  let total = 0;
  let widest = 0;
  let support: number | null = null;
  boxes.forEach((other, otherIndex) => {
    if (otherIndex === index || !touches(box, other)) return;
    const shared = sharedWidth(box, other);
    total += shared;
    if (shared <= widest) return;
    widest = shared;
    support = otherIndex;
  });
  return total >= leastSupport * (box.right - box.left) ? support : null;
}

/** Whether the foot of the upper box is where the lower one ends. */
function touches(upper: LevelBox, lower: LevelBox): boolean {
  const gap = lower.top - upper.bottom;
  const smaller = Math.min(heightOf(upper), heightOf(lower));
  return gap <= widestGap * smaller && -gap <= deepestOverlap * smaller;
}
