import type { Box } from '../box.ts';
import { groupByFeet, heightOf } from './feet.ts';
import { fitTilt, type LevelBox, levelBox, type Tilt } from './tilt.ts';

/** Starting slopes: level, and 7 degrees to either side. From one of them, neighbours on boards of up to 10 degrees are found. */
const startSlopes = [0, 0.12, -0.12];

/**
 * The tilt of a picture, estimated from its boxes: the best of several starting slopes is the one at which neighbours are most
 * level, and it is refined with the resulting rows.
 */
export function estimateTilt(boxes: readonly Box[]): Tilt {
  const level: Tilt = { x: middle(boxes, 'x', 'width'), y: middle(boxes, 'y', 'height'), slope: 0, spread: 0 };
  let best = level;
  let least = Number.POSITIVE_INFINITY;
  for (const slope of startSlopes) {
    const { tilt, unevenness } = fitNeighbours(boxes, { ...level, slope });
    if (unevenness >= least) continue;
    best = tilt;
    least = unevenness;
  }
  for (let round = 0; round < 3; round++) best = fitTilt(rowsAt(boxes, best), best);
  return best;
}

function middle(boxes: readonly Box[], start: 'x' | 'y', size: 'width' | 'height'): number {
  const low = Math.min(...boxes.map((box) => box[start]));
  const high = Math.max(...boxes.map((box) => box[start] + box[size]));
  return (low + high) / 2;
}

function rowsAt(boxes: readonly Box[], tilt: Tilt): Box[][] {
  const rows = groupByFeet(boxes.map((box) => levelBox(box, tilt)));
  return rows.map((row) => row.map((index) => boxes[index]!));
}

/** The improvement that a tilt of 45 degrees must bring, because small tilts are more probable. */
const steepnessCost = 0.3;

/** The tilt at which neighbours are level, from a starting slope; unevenness is the mean step between them, at most 1. */
function fitNeighbours(boxes: readonly Box[], start: Tilt): { tilt: Tilt; unevenness: number } {
  let tilt = start;
  for (let round = 0; round < 2; round++) {
    const pairs = neighboursAt(boxes, tilt).map(({ left, right }) => [boxes[left]!, boxes[right]!]);
    tilt = fitTilt(pairs, tilt);
  }
  const steps = neighboursAt(boxes, tilt).map(({ step }) => Math.min(1, step));
  const mean = steps.length > 0 ? steps.reduce((sum, step) => sum + step, 0) / steps.length : 0;
  return { tilt, unevenness: mean + steepnessCost * Math.abs(tilt.slope) };
}

interface Neighbours {
  left: number;
  right: number;
  /** How much higher or lower the right neighbour is, in quarters of the smaller height. */
  step: number;
}

/** The nearest box to the right of each. */
function neighboursAt(boxes: readonly Box[], tilt: Tilt): Neighbours[] {
  const level = boxes.map((box) => levelBox(box, tilt));
  const order = level.map((_, index) => index).sort((a, b) => centreOf(level[a]!) - centreOf(level[b]!));
  const widest = Math.max(...boxes.map(({ width }) => width));
  return order.flatMap((left, rank) => {
    const right = nextOf(level, order, rank, widest);
    if (right === null) return [];
    const smaller = Math.min(heightOf(level[left]!), heightOf(level[right]!));
    return [{ left, right, step: Math.abs(level[left]!.bottom - level[right]!.bottom) / (smaller / 4) }];
  });
}

/** Finds the right neighbour of the box at `rank` of `order` (from left to right), within four widths. */
function nextOf(level: readonly LevelBox[], order: readonly number[], rank: number, widest: number): number | null {
  const box = level[order[rank]!]!;
  const width = box.right - box.left;
  let best: number | null = null;
  let least = Number.POSITIVE_INFINITY;
  for (let next = rank + 1; next < order.length; next++) {
    const index = order[next]!;
    const other = level[index]!;
    const dx = centreOf(other) - centreOf(box);
    if (dx > 2 * (width + widest)) break;
    const dy = Math.abs(other.bottom - box.bottom);
    if (dx < width / 2 || dy > Math.min(heightOf(box), heightOf(other))) continue;
    // Height counts more than distance, so that the next box on the same board is preferred to a closer one on another level.
    const distance = dx + 3 * dy;
    if (distance >= least) continue;
    best = index;
    least = distance;
  }
  return best;
}

function centreOf({ left, right }: LevelBox): number {
  return (left + right) / 2;
}
