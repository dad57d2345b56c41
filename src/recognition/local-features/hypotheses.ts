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
  const tried: { pair: number; weight: number }[] = [];
  for (let pair = 0; pair < pairs.count; pair++) {
    const scale = pairs.scale[pair]!;
    if (scale > LEAST_SCALE && scale < MOST_SCALE) tried.push({ pair, weight: tryPair(pairs, pair, tolerance, null) });
  }
  return tried
    .sort((a, b) => b.weight - a.weight)
    .slice(0, count)
    .map(({ pair, weight }) => {
      // Marked for the few only: arrays for all would take longer than the arithmetic.
      const inliers = new Uint8Array(pairs.count);
      tryPair(pairs, pair, tolerance, inliers);
      return { weight, inliers };
    });
}

/** The weight of all pairs that agree with one; marks them when asked to. */
function tryPair(pairs: OrientedPairs, h: number, tolerance: number, inliers: Uint8Array | null): number {
  const { count, x, y, u, v, scale, turn, weight } = pairs;
  const s = scale[h]!;
  const cos = s * Math.cos(turn[h]!);
  const sin = s * Math.sin(turn[h]!);
  const fromX = x[h]!;
  const fromY = y[h]!;
  const toX = u[h]!;
  const toY = v[h]!;
  let total = 0;
  for (let i = 0; i < count; i++) {
    const change = scale[i]!;
    if (change >= SCALE_AGREEMENT * s || SCALE_AGREEMENT * change <= s) continue;
    const dx = x[i]! - fromX;
    const dy = y[i]! - fromY;
    const errorX = cos * dx - sin * dy - (u[i]! - toX);
    const errorY = sin * dx + cos * dy - (v[i]! - toY);
    const allowed = tolerance + TOLERANCE_BY_DISTANCE * s * Math.sqrt(dx * dx + dy * dy);
    if (errorX * errorX + errorY * errorY >= allowed * allowed) continue;
    if (inliers) inliers[i] = 1;
    total += weight[i]!;
  }
  return total;
}
