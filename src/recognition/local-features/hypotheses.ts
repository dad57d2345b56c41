import type { PointPairs } from './transform.ts';

/** Point pairs, each with the scale and the rotation that it implies. */
export interface OrientedPairs extends PointPairs {
  /** Size of the item's keypoint divided by that of the query's. */
  scale: Float64Array;
  /** Radians from the query's orientation to the item's. */
  turn: Float64Array;
}

/** The similarity that one pair defines, and the pairs that agree with it. */
export interface Hypothesis {
  weight: number;
  inliers: Uint8Array;
}

/** Limits of the scale of a product on a photograph, compared with the catalogue picture at the same size. */
const leastScale = 0.2;
const mostScale = 5;
/** Scales of two keypoints of one product differ by less than this factor. */
const scaleAgreement = 2;
/** Errors in scale and angle of the pair grow with the distance from it: 15 % corresponds to 8 degrees. */
const toleranceByDistance = 0.15;

/**
 * Tests the similarity of every pair on all the others and returns the best few, best first. All pairs instead of random ones:
 * there are at most 150, so this takes 0.1 ms, and the same pictures always give the same result.
 *
 * @param tolerance distance in item pixels that is accepted near the pair itself.
 */
export function bestHypotheses(pairs: OrientedPairs, tolerance: number, count: number): Hypothesis[] {
  const tried: { pair: number; weight: number }[] = [];
  for (let pair = 0; pair < pairs.count; pair++) {
    const scale = pairs.scale[pair]!;
    if (scale > leastScale && scale < mostScale) tried.push({ pair, weight: tryPair(pairs, pair, tolerance, null) });
  }
  return tried
    .sort((a, b) => b.weight - a.weight)
    .slice(0, count)
    .map(({ pair, weight }) => {
      // Inliers are marked only for the best few: arrays for all would take longer than the arithmetic.
      const inliers = new Uint8Array(pairs.count);
      tryPair(pairs, pair, tolerance, inliers);
      return { weight, inliers };
    });
}

/** The total weight of the pairs that agree with one; optionally marks them. */
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
    if (change >= scaleAgreement * s || scaleAgreement * change <= s) continue;
    const dx = x[i]! - fromX;
    const dy = y[i]! - fromY;
    const errorX = cos * dx - sin * dy - (u[i]! - toX);
    const errorY = sin * dx + cos * dy - (v[i]! - toY);
    const allowed = tolerance + toleranceByDistance * s * Math.sqrt(dx * dx + dy * dy);
    if (errorX * errorX + errorY * errorY >= allowed * allowed) continue;
    if (inliers) inliers[i] = 1;
    total += weight[i]!;
  }
  return total;
}
