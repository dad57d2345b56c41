/** (x, y) -> (a x + b y + c, d x + e y + f) */
export interface Transform {
  a: number;
  b: number;
  c: number;
  d: number;
  e: number;
  f: number;
}

/** Points of the query (x, y) and the corresponding points of the item (u, v), with weights. */
export interface PointPairs {
  count: number;
  x: Float64Array;
  y: Float64Array;
  u: Float64Array;
  v: Float64Array;
  weight: Float64Array;
}

/** A camera in front of a shelf does not compress a pack in one direction to less than this fraction of the other. */
const leastSqueeze = 0.35;

/** Weighted sums about the centroids, of the chosen pairs. */
function sumUp({ count, x, y, u, v, weight }: PointPairs, chosen: Uint8Array) {
  let total = 0;
  let mx = 0;
  let my = 0;
  let mu = 0;
  let mv = 0;
  for (let i = 0; i < count; i++) {
    if (!chosen[i]) continue;
    const w = weight[i]!;
    total += w;
    mx += w * x[i]!;
    my += w * y[i]!;
    mu += w * u[i]!;
    mv += w * v[i]!;
  }
  mx /= total;
  my /= total;
  mu /= total;
  mv /= total;
  const sums = { mx, my, mu, mv, xx: 0, yy: 0, xy: 0, ux: 0, uy: 0, vx: 0, vy: 0 };
  for (let i = 0; i < count; i++) {
    if (!chosen[i]) continue;
    const w = weight[i]!;
    const dx = x[i]! - mx;
    const dy = y[i]! - my;
    const du = u[i]! - mu;
    const dv = v[i]! - mv;
    sums.xx += w * dx * dx;
    sums.yy += w * dy * dy;
    sums.xy += w * dx * dy;
    sums.ux += w * du * dx;
    sums.uy += w * du * dy;
    sums.vx += w * dv * dx;
    sums.vy += w * dv * dy;
  }
  return sums;
}

/** The least-squares similarity (rotation, one scale, shift) of the chosen pairs; null if they are a single point. */
export function fitSimilarity(pairs: PointPairs, chosen: Uint8Array): Transform | null {
  const { mx, my, mu, mv, xx, yy, ux, uy, vx, vy } = sumUp(pairs, chosen);
  const spread = xx + yy;
  if (!(spread > 1e-9)) return null;
  const p = (ux + vy) / spread;
  const q = (vx - uy) / spread;
  return { a: p, b: -q, c: mu - p * mx + q * my, d: q, e: p, f: mv - q * mx - p * my };
}

/**
 * The least-squares affine map of the chosen pairs; null if they are on a line, or if it mirrors or compresses more than a real
 * view.
 */
export function fitAffine(pairs: PointPairs, chosen: Uint8Array): Transform | null {
  const { mx, my, mu, mv, xx, yy, xy, ux, uy, vx, vy } = sumUp(pairs, chosen);
  const spread = xx * yy - xy * xy;
  if (!(spread >= 1e-6 * (xx + yy) ** 2) || spread === 0) return null;
  const a = (ux * yy - uy * xy) / spread;
  const b = (uy * xx - ux * xy) / spread;
  const d = (vx * yy - vy * xy) / spread;
  const e = (vy * xx - vx * xy) / spread;
  const determinant = a * e - b * d;
  if (determinant <= 0) return null;
  // Singular values of a 2x2 matrix from the sum of squares and the determinant.
  const squares = a * a + b * b + d * d + e * e;
  const root = Math.sqrt(Math.max(0, squares * squares - 4 * determinant * determinant));
  if (squares - root < leastSqueeze * leastSqueeze * (squares + root)) return null;
  return { a, b, c: mu - a * mx - b * my, d, e, f: mv - d * mx - e * my };
}

/** Marks the pairs that a transform maps to within a distance of their target. */
export function findInliers({ count, x, y, u, v }: PointPairs, map: Transform, tolerance: number): Uint8Array {
  const inliers = new Uint8Array(count);
  for (let i = 0; i < count; i++) {
    const dx = map.a * x[i]! + map.b * y[i]! + map.c - u[i]!;
    const dy = map.d * x[i]! + map.e * y[i]! + map.f - v[i]!;
    if (dx * dx + dy * dy < tolerance * tolerance) inliers[i] = 1;
  }
  return inliers;
}
