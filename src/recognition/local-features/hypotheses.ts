import type { PointPairs } from './transform.ts';

/** Point pairs with what a single one tells about the whole: its change of size and its turn. */
export interface OrientedPairs extends PointPairs {
  /** Size of the item's keypoint divided by that of the query's. */
  scale: Float64Array;
  /** Radians from the query's orientation to the item's. */
  turn: Float64Array;
}

/** One pair alone fixes a similarity; those of the pairs that agree with it. */
export interface Hypothesis {
  weight: number;
  inliers: Uint8Array;
}

/** A product on a photograph is not smaller or larger than this, compared with the catalogue's picture of equal size. */
const LEAST_SCALE = 0.2;
const MOST_SCALE = 5;
/** Two keypoints of one product differ in their change of size by less than this factor. */
const SCALE_AGREEMENT = 2;
/** Errors of scale and angle of the one pair grow with the distance from it: 15 % is 8 degrees. */
const TOLERANCE_BY_DISTANCE = 0.15;

/**
 * Tries the similarity of every pair on all the others and gives the best few, best first. All instead of random ones: there are
 * 150 at most, so that it costs 0.1 ms, and the same pictures always give the same result.
 *
 * @param tolerance distance in item pixels that is accepted near the pair itself.
 */
export function bestHypotheses(pairs: OrientedPairs, tolerance: number, count: number): Hypothesis[] {
  const { x, y, u, v, scale, turn, weight } = pairs;
  const tried: Hypothesis[] = [];
  for (let h = 0; h < pairs.count; h++) {
    const s = scale[h]!;
    if (!(s > LEAST_SCALE && s < MOST_SCALE)) continue;
    const cos = s * Math.cos(turn[h]!);
    const sin = s * Math.sin(turn[h]!);
    const inliers = new Uint8Array(pairs.count);
    let total = 0;
    for (let i = 0; i < pairs.count; i++) {
      const change = scale[i]! / s;
      if (change >= SCALE_AGREEMENT || change <= 1 / SCALE_AGREEMENT) continue;
      const dx = x[i]! - x[h]!;
      const dy = y[i]! - y[h]!;
      const errorX = cos * dx - sin * dy - (u[i]! - u[h]!);
      const errorY = sin * dx + cos * dy - (v[i]! - v[h]!);
      const allowed = tolerance + TOLERANCE_BY_DISTANCE * s * Math.sqrt(dx * dx + dy * dy);
      if (errorX * errorX + errorY * errorY >= allowed * allowed) continue;
      inliers[i] = 1;
      total += weight[i]!;
    }
    tried.push({ weight: total, inliers });
  }
  return tried.sort((a, b) => b.weight - a.weight).slice(0, count);
}
