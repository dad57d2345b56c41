import type { Box } from './box.ts';
import { estimateTilt } from './realogram/estimate-tilt.ts';
import { groupByFeet, heightOf, sharedHeight } from './realogram/feet.ts';
import { findSupports } from './realogram/stacking.ts';
import { type LevelBox, levelBox } from './realogram/tilt.ts';

/** The place of a facing on the shelves. All numbers count from 0. */
export interface Place {
  /** From the top. */
  shelf: number;
  /** From the left; facings of one stack share it. */
  position: number;
  /** 0 stands on the shelf, 1 on a facing of level 0, and so on. */
  level: number;
}

/**
 * The shelves, derived from boxes alone: rows from their lower edges after correction for the camera's tilt, positions from their
 * left edges, stacks from which box stands on which.
 * @returns one place per box, in the order of the boxes.
 */
export function placeOnShelves(boxes: readonly Box[]): Place[] {
  if (boxes.length === 0) return [];
  const tilt = estimateTilt(boxes);
  const level = boxes.map((box) => levelBox(box, tilt));
  const supports = findSupports(level);
  const bases = level.map((_, index) => baseOf(index, supports));
  const shelves = shelvesOf(level, bases);
  const positions = new Map<number, number>();
  for (const shelf of shelves) {
    const byLeft = [...shelf].sort((a, b) => level[a]!.left - level[b]!.left || a - b);
    byLeft.forEach((base, position) => {
      positions.set(base, position);
    });
  }
  const shelfOf = new Map(shelves.flatMap((shelf, number) => shelf.map((base) => [base, number] as const)));
  return boxes.map((_, index) => {
    const base = bases[index]!;
    return { shelf: shelfOf.get(base)!, position: positions.get(base)!, level: levelOf(index, supports) };
  });
}

/** The lowest box of a stack. A supporting box is always lower, so this ends. */
function baseOf(index: number, supports: readonly (number | null)[]): number {
  const support = supports[index]!;
  return support === null ? index : baseOf(support, supports);
}

function levelOf(index: number, supports: readonly (number | null)[]): number {
  const support = supports[index]!;
  return support === null ? 0 : 1 + levelOf(support, supports);
}

/** The bases of each shelf, from top to bottom. */
function shelvesOf(level: readonly LevelBox[], bases: readonly number[]): number[][] {
  const standing = [...new Set(bases)];
  const rows = groupByFeet(standing.map((index) => level[index]!)).map((row) => row.map((at) => standing[at]!));
  const [shelves, strays] = partition(rows, (row) => row.length > mostStrays);
  const lost: number[][] = [];
  for (const row of strays) {
    const neighbour = sideBySide(row, level, bases);
    const shelf = neighbour === null ? undefined : shelves.find((others) => others.includes(neighbour));
    if (shelf) shelf.push(...row);
    else lost.push(row);
  }
  return [...shelves, ...lost].sort((a, b) => footOf(a, level) - footOf(b, level));
}

/** A row with this few boxes may be products on top of something that was not found, rather than a shelf. */
const mostStrays = 2;

/** The base of the nearest stack beside a row that reaches as high; null: the row is a shelf itself. */
function sideBySide(row: readonly number[], level: readonly LevelBox[], bases: readonly number[]): number | null {
  let best: number | null = null;
  let nearest = Number.POSITIVE_INFINITY;
  for (const index of row) {
    const box = level[index]!;
    level.forEach((other, otherIndex) => {
      const base = bases[otherIndex]!;
      if (row.includes(base) || sharedHeight(box, other) < heightOf(box) / 2) return;
      const gap = Math.max(other.left - box.right, box.left - other.right);
      if (gap > box.right - box.left || gap >= nearest) return;
      best = base;
      nearest = gap;
    });
  }
  return best;
}

function footOf(row: readonly number[], level: readonly LevelBox[]): number {
  const feet = row.map((index) => level[index]!.bottom).sort((a, b) => a - b);
  return feet[feet.length >> 1]!;
}

function partition<T>(values: readonly T[], test: (value: T) => boolean): [T[], T[]] {
  return [values.filter(test), values.filter((value) => !test(value))];
}
