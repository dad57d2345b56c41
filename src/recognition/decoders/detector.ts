import type { ScoredBox, Size } from '../box.ts';
import type { OutputTensors } from './tensor.ts';

/** The part of a detector's manifest that is needed to read its outputs. */
export interface DetectorFormat<O> {
  output: O;
  /** Size of the input frame in pixels. */
  input: Size;
  /** Its classes; only their number matters here. None for a detector of one class. */
  labels: readonly unknown[];
}

/**
 * Turns a detector's outputs into boxes in pixels of its input frame, before non-maximum suppression: at most one per candidate,
 * with its most probable class. `index` is the picture's index in the batch. Throws an error that says what to change if the
 * outputs have other shapes than the manifest's decoder reads; empty and non-finite boxes are left out.
 */
export type DetectorDecoder<O> = (
  outputs: OutputTensors,
  format: DetectorFormat<O>,
  index: number,
  minScore: number,
) => ScoredBox[];

/** Position of the class for "nothing": before or after the others, or none. */
export type Background = 'first' | 'last' | 'none';

export function classCount(labels: readonly unknown[]): number {
  return Math.max(1, labels.length);
}

export function tellClasses(count: number): string {
  return count === 1 ? '1 class' : `${count} classes`;
}

/** Layout of a candidate's scores: their number, how many of them are classes, and the index of the first class. */
export function scoreSlots(labels: readonly unknown[], background: Background) {
  const classes = classCount(labels);
  const wayOut = `That is ${tellClasses(classes)} with background "${background}": give "labels" one name per class, or correct "background".`;
  return { count: classes + (background === 'none' ? 0 : 1), classes, first: background === 'first' ? 1 : 0, wayOut };
}

/** Index of the highest of `count` numbers at a distance of `step` from `start` on; the first of equal ones. */
export function findHighest(data: Float32Array, start: number, count: number, step = 1): number {
  let best = 0;
  for (let entry = 1; entry < count; entry++) {
    if (data[start + entry * step]! > data[start + best * step]!) best = entry;
  }
  return best;
}

/** Adds a box unless it is empty or not finite: half-precision exports contain such boxes. */
export function addBox(
  boxes: ScoredBox[],
  corners: readonly [left: number, top: number, right: number, bottom: number],
  score: number,
  label: number | null,
): void {
  const [left, top, right, bottom] = corners;
  const width = right - left;
  const height = bottom - top;
  if (width > 0 && height > 0 && Number.isFinite(left + top + width + height)) {
    boxes.push({ x: left, y: top, width, height, score: Math.min(1, score), label });
  }
}

/** The corners of a box given by its centre and size. */
export function cornersAround(
  centerX: number,
  centerY: number,
  width: number,
  height: number,
): [left: number, top: number, right: number, bottom: number] {
  return [centerX - width / 2, centerY - height / 2, centerX + width / 2, centerY + height / 2];
}

/** null if the detector has no classes. */
export function labelOf(labels: readonly unknown[], entry: number): number | null {
  return labels.length === 0 ? null : entry;
}
