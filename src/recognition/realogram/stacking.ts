import { groupByFeet, heightOf, sharedWidth } from './feet.ts';
import type { LevelBox } from './tilt.ts';

/**
 * Fraction of the smaller height. A price rail plus the space above the goods is more than this; the inaccuracy of two boxes is
 * less.
 */
const widestGap = 0.15;
/** Fraction of the smaller height: boxes of stacked packs overlap if they are seen from above or inexact. */
const deepestOverlap = 0.3;
/** Fraction of the width of a box that must have something below it. */
const leastSupport = 0.5;
/** Fraction of the boxes of a row. With fewer, the row has its own board, which goods below happen to reach. */
const mostOfRow = 0.6;

/**
 * What each box stands on: the index of another box, or null for a board. A row of boxes is stacked only if most of it has
 * something directly below, so that a shelf that is filled up to the board above is not taken for a stack.
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

/** Whether the upper box begins where the lower one ends. */
function touches(upper: LevelBox, lower: LevelBox): boolean {
  const gap = lower.top - upper.bottom;
  const smaller = Math.min(heightOf(upper), heightOf(lower));
  return gap <= widestGap * smaller && -gap <= deepestOverlap * smaller;
}
