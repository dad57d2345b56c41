import type { LevelBox } from './tilt.ts';

/** Fraction of the lower box's height: feet that are further apart are on different boards, or one of the boxes stands on another. */
const sameBoard = 0.3;

/**
 * Groups boxes by the height of their lower edges, from top to bottom. Each is compared only with the next one: because of packs at
 * different depths and lens distortion a row is a band, but a band without gaps.
 * @returns indexes.
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
