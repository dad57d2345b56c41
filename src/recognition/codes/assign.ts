import type { Box } from '../box.ts';
import { type Code, centreOf, type Point, pointsOf, type ReadCode } from './code.ts';
import { gtinOf } from './gtin.ts';

/** How far a corner may lie outside the box of its detection, as a share of the box's longer side. Boxes are not exact. */
const tolerance = 0.05;

/**
 * Completes codes with their product numbers and the detections that they lie in: with the whole code and not only a part of it,
 * so that a price tag below a pack, or over its edge, does not count as the pack's. Of several boxes it is the smallest.
 */
export function assignCodes(codes: readonly ReadCode[], boxes: readonly Box[]): Code[] {
  return codes.map((code) => ({ ...code, gtin: gtinOf(code), detection: smallestAround(code, boxes) }));
}

function smallestAround({ corners }: ReadCode, boxes: readonly Box[]): number | null {
  let smallest: number | null = null;
  const area = ({ width, height }: Box) => width * height;
  boxes.forEach((box, index) => {
    const reach = tolerance * Math.max(box.width, box.height);
    const isAround =
      contains(box, centreOf(corners), 0) && pointsOf(corners).every((corner) => contains(box, corner, reach));
    if (isAround && (smallest === null || area(box) < area(boxes[smallest]!))) smallest = index;
  });
  return smallest;
}

function contains({ x, y, width, height }: Box, [px, py]: Point, reach: number): boolean {
  return px >= x - reach && px <= x + width + reach && py >= y - reach && py <= y + height + reach;
}
