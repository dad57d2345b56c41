import type { Size } from '../box.ts';
import type { Point } from './similarity.ts';

/** A small grey picture of a frame. */
export interface Thumbnail extends Size {
  pixels: Float32Array;
}

/** Longer side of a thumbnail. Its pixel is the exactness of the shift: the boxes say the rest. */
const longest = 160;
/** The coarse search looks at every fourth pixel's mean. */
const coarser = 4;
/** Parts of a frame's width and height that the content may move by. */
const reachAcross = 0.7;
const reachDown = 0.4;
/** Correlation of what both frames show, -1..1. Below, nothing agrees: a cut, or a swing. */
const leastCorrelation = 0.5;
const refined = 6;

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
 * everything a hand does between two samples, then exactly about the best few places.
 * @param frame the size that the thumbnails are of
 * @returns null: nothing agrees well enough, or the sizes differ
 */
export function frameShift(before: Thumbnail, after: Thumbnail, frame: Size): Point | null {
  if (before.width !== after.width || before.height !== after.height) return null;
  const coarse = [shrink(before), shrink(after)] as const;
  const places = searchCoarse(...coarse).slice(0, refined);
  const near = places.flatMap(([x, y]) => around(x * coarser, y * coarser, coarser));
  // The best places of the coarse search are mostly neighbours, so what lies about them is mostly the same.
  const exact = [...new Map(near.map((place) => [place.join(), place])).values()].map(([x, y]) => {
    return { x, y, correlation: correlate(before, after, x, y) };
  });
  if (exact.length === 0) return null;
  const best = exact.reduce((a, b) => (b.correlation > a.correlation ? b : a));
  if (best.correlation < leastCorrelation) return null;
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

function searchCoarse(before: Thumbnail, after: Thumbnail): Point[] {
  const across = Math.floor(before.width * reachAcross);
  const down = Math.floor(before.height * reachDown);
  const places: { place: Point; correlation: number }[] = [];
  for (let y = -down; y <= down; y++) {
    for (let x = -across; x <= across; x++) {
      places.push({ place: [x, y], correlation: correlate(before, after, x, y) });
    }
  }
  return places.sort((a, b) => b.correlation - a.correlation).map(({ place }) => place);
}

function around(x: number, y: number, by: number): Point[] {
  const places: Point[] = [];
  for (let dy = -by; dy <= by; dy++) for (let dx = -by; dx <= by; dx++) places.push([x + dx, y + dy]);
  return places;
}

/** Pearson's correlation of the pixels that both show when `after` lies (x, y) further. */
function correlate(before: Thumbnail, after: Thumbnail, x: number, y: number): number {
  const { width, height } = before;
  const left = Math.max(0, -x);
  const right = Math.min(width, width - x);
  let count = 0;
  let sumA = 0;
  let sumB = 0;
  let squareA = 0;
  let squareB = 0;
  let product = 0;
  for (let v = Math.max(0, -y); v < Math.min(height, height - y); v++) {
    for (let u = left; u < right; u++) {
      const a = before.pixels[v * width + u]!;
      const b = after.pixels[(v + y) * width + u + x]!;
      count++;
      sumA += a;
      sumB += b;
      squareA += a * a;
      squareB += b * b;
      product += a * b;
    }
  }
  const spread = Math.sqrt((squareA - (sumA * sumA) / count) * (squareB - (sumB * sumB) / count));
  return count > 0 && spread > 1e-6 ? (product - (sumA * sumB) / count) / spread : -1;
}

function shrink({ width, height, pixels }: Thumbnail): Thumbnail {
  const small = { width: Math.floor(width / coarser), height: Math.floor(height / coarser) };
  const means = new Float32Array(small.width * small.height);
  for (let y = 0; y < small.height; y++) {
    for (let x = 0; x < small.width; x++) {
      let sum = 0;
      for (let v = 0; v < coarser; v++) {
        for (let u = 0; u < coarser; u++) sum += pixels[(y * coarser + v) * width + x * coarser + u]!;
      }
      means[y * small.width + x] = sum / coarser ** 2;
    }
  }
  return { ...small, pixels: means };
}
