import type { LevelBox } from './tilt.ts';

/** Of the lower box's height: feet further apart stand on different boards, or one of them on another box. */
const sameBoard = 0.3;

/**
 * Groups boxes by the height of their feet, from top to bottom. Each foot is compared with the next one only: packs pushed
 * back and the bend of a lens make a row a band, and a band has no gap in it. @returns indexes.
 */
export function groupByFeet(boxes: readonly LevelBox[]): number[][] {
  const order = boxes
    .map((_, index) => index)
    .sort((a, b) => boxes[a]!.bottom - boxes[b]!.bottom || boxes[a]!.left - boxes[b]!.left);
  const groups: number[][] = [];
  for (const index of order) {
    const group = groups.at(-1);
    const above = group && boxes[group.at(-1)!]!;
    const here = boxes[index]!;
    if (above && here.bottom - above.bottom <= sameBoard * Math.min(heightOf(above), heightOf(here))) group.push(index);
    else groups.push([index]);
  }
  return groups;
}

export function heightOf({ top, bottom }: LevelBox): number {
  return bottom - top;
}

/** Shared width of two boxes, in pixels; 0 when they lie side by side. */
export function sharedWidth(a: LevelBox, b: LevelBox): number {
  return Math.max(0, Math.min(a.right, b.right) - Math.max(a.left, b.left));
}

/** Shared height of two boxes, in pixels. */
export function sharedHeight(a: LevelBox, b: LevelBox): number {
  return Math.max(0, Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top));
}
