import { distance, type Quadrilateral } from './quadrilateral.ts';

/**
 * Median height of the lines of a picture, in pixels of what the detector sees, below which many more are missed, and to which they are
 * enlarged: price tags with lines of 16 px, enlarged 1.5 times, gave half as many lines again. Lines of 20 px and more gained nothing.
 */
const smallBelow = 18;
const enlargedTo = 24;
/** Fewer lines say little about the picture. */
const leastLines = 5;

/** How much larger a picture should be looked at once more, because its lines are small; 1: not again. */
export function enlargementFor(lines: readonly Quadrilateral[]): number {
  if (lines.length < leastLines) return 1;
  const heights = lines.map(heightOf).sort((a, b) => a - b);
  const median = heights[heights.length >> 1]!;
  return median < smallBelow ? enlargedTo / Math.max(median, enlargedTo / 2) : 1;
}

/** Of a line that may lie on its side. */
function heightOf([topLeft, topRight, , bottomLeft]: Quadrilateral): number {
  return Math.min(distance(topLeft, topRight), distance(topLeft, bottomLeft));
}
