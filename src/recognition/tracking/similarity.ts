import type { Box } from '../box.ts';

/** A point, in pixels. */
export type Point = readonly [x: number, y: number];

/** Scales, turns and shifts: (x, y) becomes (ax − by + tx, bx + ay + ty). What a camera that looks straight at a shelf does to it. */
export interface Similarity {
  a: number;
  b: number;
  tx: number;
  ty: number;
}

export const identity: Similarity = { a: 1, b: 0, tx: 0, ty: 0 };

export function scaleOf({ a, b }: Similarity): number {
  return Math.hypot(a, b);
}

export function turnOf({ a, b }: Similarity): number {
  return Math.atan2(b, a);
}

export function mapPoint({ a, b, tx, ty }: Similarity, [x, y]: Point): Point {
  return [a * x - b * y + tx, b * x + a * y + ty];
}

/** The box around the mapped centre. It stays upright: boxes of detectors are, however the camera is turned. */
export function mapBox(similarity: Similarity, box: Box): Box {
  const scale = scaleOf(similarity);
  const [x, y] = mapPoint(similarity, centreOf(box));
  const width = box.width * scale;
  const height = box.height * scale;
  return { x: x - width / 2, y: y - height / 2, width, height };
}

export function shift(similarity: Similarity, [dx, dy]: Point): Similarity {
  return { ...similarity, tx: similarity.tx + dx, ty: similarity.ty + dy };
}

/** First `inner`, then `outer`. */
export function compose(outer: Similarity, inner: Similarity): Similarity {
  const [tx, ty] = mapPoint(outer, [inner.tx, inner.ty]);
  return { a: outer.a * inner.a - outer.b * inner.b, b: outer.b * inner.a + outer.a * inner.b, tx, ty };
}

export function invert({ a, b, tx, ty }: Similarity): Similarity {
  const square = a * a + b * b;
  const back = { a: a / square, b: -b / square, tx: 0, ty: 0 };
  const [x, y] = mapPoint(back, [tx, ty]);
  return { ...back, tx: -x, ty: -y };
}

/**
 * The similarity that takes the first points of the pairs nearest to the second ones, by least squares: with both sets about their
 * means, a and b are the real and imaginary part of one complex regression coefficient.
 * @returns null: fewer than two pairs, or all first points are one
 */
export function fitSimilarity(pairs: readonly (readonly [from: Point, to: Point])[]): Similarity | null {
  if (pairs.length < 2) return null;
  const from = meanOf(pairs.map(([point]) => point));
  const to = meanOf(pairs.map(([, point]) => point));
  let along = 0;
  let across = 0;
  let spread = 0;
  for (const [[fx, fy], [gx, gy]] of pairs) {
    const x = fx - from[0];
    const y = fy - from[1];
    const u = gx - to[0];
    const v = gy - to[1];
    along += x * u + y * v;
    across += x * v - y * u;
    spread += x * x + y * y;
  }
  if (spread === 0) return null;
  const turned = { a: along / spread, b: across / spread, tx: 0, ty: 0 };
  const [x, y] = mapPoint(turned, from);
  return { ...turned, tx: to[0] - x, ty: to[1] - y };
}

export function centreOf({ x, y, width, height }: Box): Point {
  return [x + width / 2, y + height / 2];
}

function meanOf(points: readonly Point[]): Point {
  const [x, y] = points.reduce(([sumX, sumY], [px, py]) => [sumX + px, sumY + py] as const, [0, 0] as const);
  return [x / points.length, y / points.length];
}
