import type { Size } from '../box.ts';
import type { Point } from './similarity.ts';

/** A small grey picture of a frame. */
export interface Thumbnail extends Size {
  pixels: Float32Array;
}

/** Two thumbnails of one size. */
interface Level {
  before: Thumbnail;
  after: Thumbnail;
}

/** Longer side of a thumbnail. Its pixel is the exactness of the shift: the boxes say the rest. */
const longest = 160;
/** Longer side of the thumbnails of the coarse search, at most: they are halved until then. */
const coarsest = 50;
/** Parts of a frame's width and height that the content may move by. */
const reachAcross = 0.7;
const reachDown = 0.4;
/** Correlation of what both frames show, -1..1. Below, nothing agrees: a cut, or a swing. */
const leastCorrelation = 0.5;
/** So many places are looked at more exactly, with each doubling of the thumbnails. */
const refined = 6;
/** In pixels of the doubled thumbnail: where a place of the halved one may lie. */
const refinedBy = 2;

/** @param pixels RGB, as the decoder gives them */
export function toThumbnail(pixels: Uint8Array, { width, height }: Size): Thumbnail {
  const factor = Math.max(1, Math.floor(Math.max(width, height) / longest));
  const small = { width: Math.max(1, Math.floor(width / factor)), height: Math.max(1, Math.floor(height / factor)) };
  const grey = new Float32Array(small.width * small.height);
  // Means over blocks, of every other row and column where blocks are large: a thumbnail needs no more.
  const stride = factor >= 4 ? 2 : 1;
  for (let y = 0; y < small.height; y++) {
    for (let x = 0; x < small.width; x++) {
      let sum = 0;
      let count = 0;
      for (let v = y * factor; v < (y + 1) * factor; v += stride) {
        for (let u = x * factor; u < (x + 1) * factor; u += stride) {
          const at = 3 * (v * width + u);
          sum += pixels[at]! + 2 * pixels[at + 1]! + pixels[at + 2]!;
          count += 4;
        }
      }
      grey[y * small.width + x] = sum / count;
    }
  }
  return { ...small, pixels: grey };
}

/**
 * By how many pixels of the frame its content moved from one thumbnail to the next, by the best correlation of what both show: coarse over
 * everything a hand does between two samples, then more exactly about the best few places, in thumbnails of twice the size each time. It takes
 * about 5 ms a frame of 1080p together with the thumbnail, half of what a search at full size about the best places took, with the same results.
 * @param frame the size that the thumbnails are of
 * @returns null: nothing agrees well enough, or the sizes differ
 */
export function frameShift(before: Thumbnail, after: Thumbnail, frame: Size): Point | null {
  if (before.width !== after.width || before.height !== after.height) return null;
  const [smallest, ...larger] = halvings({ before, after });
  const places = larger.reduce(refine, searchAll(smallest!));
  const [best] = places;
  if (!best || best.correlation < leastCorrelation) return null;
  return [(best.x * frame.width) / before.width, (best.y * frame.height) / before.height];
}

/**
 * Says of one frame after the other how far its content moved since the frame before: `moved` of a TrackedFrame, to a hundredth of a
 * pixel, so that it is the same number when it was stored in between.
 */
export class ShiftMeter {
  #before: Thumbnail | null = null;

  /** @returns undefined: it is the first frame */
  measure(pixels: Uint8Array, frame: Size): Point | null | undefined {
    const before = this.#before;
    this.#before = toThumbnail(pixels, frame);
    if (before === null) return undefined;
    const shift = frameShift(before, this.#before, frame);
    return shift && [Math.round(shift[0] * 100) / 100, Math.round(shift[1] * 100) / 100];
  }
}

/** The thumbnails in sizes from that of the coarse search up to their own. */
function halvings(level: Level): Level[] {
  const { before, after } = level;
  if (Math.max(before.width, before.height) <= coarsest) return [level];
  return [...halvings({ before: halve(before), after: halve(after) }), level];
}

interface Place {
  x: number;
  y: number;
  correlation: number;
}

/** The places that the content may have moved to, the best one first. */
function searchAll({ before, after }: Level): Place[] {
  const across = Math.floor(before.width * reachAcross);
  const down = Math.floor(before.height * reachDown);
  const places: Place[] = [];
  for (let y = -down; y <= down; y++)
    for (let x = -across; x <= across; x++) places.push({ x, y, correlation: correlate(before, after, x, y) });
  return places.sort(byCorrelation);
}

/** The same about the best few places of the level before, whose thumbnails are half as large. */
function refine(places: readonly Place[], { before, after }: Level): Place[] {
  // The best places are mostly neighbours, so what lies about them is mostly the same.
  const near = new Map<string, Place>();
  for (const { x, y } of places.slice(0, refined))
    for (let v = 2 * y - refinedBy; v <= 2 * y + refinedBy; v++)
      for (let u = 2 * x - refinedBy; u <= 2 * x + refinedBy; u++) {
        const key = `${u},${v}`;
        if (!near.has(key)) near.set(key, { x: u, y: v, correlation: correlate(before, after, u, v) });
      }
  return [...near.values()].sort(byCorrelation);
}

function byCorrelation(a: Place, b: Place): number {
  return b.correlation - a.correlation;
}

/** Pearson's correlation of the pixels that both show when `after` lies (x, y) further. */
function correlate(before: Thumbnail, after: Thumbnail, x: number, y: number): number {
  const { width, height, pixels: first } = before;
  const second = after.pixels;
  const left = Math.max(0, -x);
  const right = Math.min(width, width - x);
  let sumA = 0;
  let sumB = 0;
  let squareA = 0;
  let squareB = 0;
  let product = 0;
  const top = Math.max(0, -y);
  const bottom = Math.min(height, height - y);
  for (let v = top; v < bottom; v++) {
    const end = v * width + right;
    for (let at = v * width + left, moved = (v + y) * width + left + x; at < end; at++, moved++) {
      const a = first[at]!;
      const b = second[moved]!;
      sumA += a;
      sumB += b;
      squareA += a * a;
      squareB += b * b;
      product += a * b;
    }
  }
  const count = Math.max(0, right - left) * Math.max(0, bottom - top);
  const spread = Math.sqrt((squareA - (sumA * sumA) / count) * (squareB - (sumB * sumB) / count));
  return count > 0 && spread > 1e-6 ? (product - (sumA * sumB) / count) / spread : -1;
}

/** Means of squares of four pixels. */
function halve({ width, height, pixels }: Thumbnail): Thumbnail {
  const half = { width: Math.floor(width / 2), height: Math.floor(height / 2) };
  const means = new Float32Array(half.width * half.height);
  for (let y = 0; y < half.height; y++) {
    for (let x = 0; x < half.width; x++) {
      const at = 2 * y * width + 2 * x;
      means[y * half.width + x] = (pixels[at]! + pixels[at + 1]! + pixels[at + width]! + pixels[at + width + 1]!) / 4;
    }
  }
  return { ...half, pixels: means };
}
