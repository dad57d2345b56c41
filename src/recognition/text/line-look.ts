import type { Size } from '../box.ts';
import { waysToRead } from './directions.ts';
import { distance, type Quadrilateral } from './quadrilateral.ts';
import { straighten } from './straighten.ts';

/** How a line of text looks: small and grey, with mean 0 and variance 1, `side` rows. */
export interface LineLook {
  /** Width per height, as it was found. */
  proportion: number;
  /** In squares of `side` pixels. */
  squares: number;
  grey: Float32Array;
}

/** Rows of a look. */
const side = 16;
/** Lines of more squares are compared as if they had so many. */
const mostSquares = 24;
/** The corners of two lines are found so differently, in pixels of a look. */
const shiftX = 3;
const shiftY = 1;

/** The proportions of lines that say the same differ by less. */
const leastLikeness = 0.9;
/**
 * Mean squared difference up to which two lines say the same: of the whole, and of each square. One letter that differs is in one or two
 * squares, however long the line is.
 */
const mostDifference = 0.2;
const mostInSquare = 0.6;

/** The look of a line; null for one that may lie on its side: it has no look of its own before it is read. */
export function lookAtLine(picture: Size & { rgb: Uint8Array }, corners: Quadrilateral): LineLook | null {
  if (waysToRead(corners).length > 1) return null;
  const [topLeft, topRight, bottomRight, bottomLeft] = corners;
  const width = Math.max(distance(topLeft, topRight), distance(bottomLeft, bottomRight));
  const height = Math.max(distance(topLeft, bottomLeft), distance(topRight, bottomRight));
  const proportion = width / Math.max(1, height);
  const squares = Math.min(mostSquares, Math.max(1, Math.round(proportion)));
  const rgb = straighten(picture, corners, { width: squares * side, height: side });
  const grey = Float32Array.from(
    { length: squares * side * side },
    (_, at) => rgb[3 * at]! + 2 * rgb[3 * at + 1]! + rgb[3 * at + 2]!,
  );
  return { proportion, squares, grey: standardize(grey) };
}

function standardize(values: Float32Array): Float32Array {
  let [sum, squared] = [0, 0];
  for (const value of values) {
    sum += value;
    squared += value * value;
  }
  const mean = sum / values.length;
  const deviation = Math.sqrt(Math.max(1, squared / values.length - mean * mean));
  return values.map((value) => (value - mean) / deviation);
}

/** Whether two lines look so much alike that they say the same. */
export function looksAlike(one: LineLook, other: LineLook): boolean {
  if (one.squares !== other.squares) return false;
  const [less, more] = [Math.min(one.proportion, other.proportion), Math.max(one.proportion, other.proportion)];
  if (less < leastLikeness * more) return false;
  for (let y = -shiftY; y <= shiftY; y++)
    for (let x = -shiftX; x <= shiftX; x++) if (agrees(one, other, x, y)) return true;
  return false;
}

/** @param shiftedX, shiftedY where the other line is, compared with the first one. */
function agrees(one: LineLook, other: LineLook, shiftedX: number, shiftedY: number): boolean {
  const width = one.squares * side;
  let total = 0;
  for (let square = 0; square < one.squares; square++) {
    const from = Math.max(square * side, -shiftedX);
    const to = Math.min((square + 1) * side, width - shiftedX);
    let sum = 0;
    for (let y = Math.max(0, -shiftedY); y < Math.min(side, side - shiftedY); y++) {
      for (let x = from; x < to; x++) {
        const difference = one.grey[y * width + x]! - other.grey[(y + shiftedY) * width + x + shiftedX]!;
        sum += difference * difference;
      }
    }
    const mean = sum / ((to - from) * (side - Math.abs(shiftedY)));
    total += mean;
    if (mean > mostInSquare || total > mostDifference * one.squares) return false;
  }
  return true;
}
