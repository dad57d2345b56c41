import type { Box, Size } from '../box.ts';

export interface Point {
  x: number;
  y: number;
}

/**
 * Four corners in pixels, clockwise as the picture shows them. Of a line of text that is being read: from the corner where its first
 * character has its top left.
 */
export type Quadrilateral = readonly [Point, Point, Point, Point];

export function distance(a: Point, b: Point): number {
  return Math.hypot(b.x - a.x, b.y - a.y);
}

/** The same shape, begun `quarters` corners later. */
export function startLater([a, b, c, d]: Quadrilateral, quarters: 1 | 2 | 3): Quadrilateral {
  if (quarters === 1) return [b, c, d, a];
  return quarters === 2 ? [c, d, a, b] : [d, a, b, c];
}

export function mapCorners([a, b, c, d]: Quadrilateral, change: (corner: Point) => Point): Quadrilateral {
  return [change(a), change(b), change(c), change(d)];
}

export function clampCorners(corners: Quadrilateral, { width, height }: Size): Quadrilateral {
  return mapCorners(corners, ({ x, y }) => ({
    x: Math.min(width, Math.max(0, x)),
    y: Math.min(height, Math.max(0, y)),
  }));
}

/** The upright box around it. */
export function boxAround(corners: readonly Point[]): Box {
  const xs = corners.map(({ x }) => x);
  const ys = corners.map(({ y }) => y);
  const [x, y] = [Math.min(...xs), Math.min(...ys)];
  return { x, y, width: Math.max(...xs) - x, height: Math.max(...ys) - y };
}

/** Square pixels of a polygon without crossing sides. */
export function areaOf(corners: readonly Point[]): number {
  let twice = 0;
  for (const [index, { x, y }] of corners.entries()) {
    const next = corners[(index + 1) % corners.length]!;
    twice += x * next.y - next.x * y;
  }
  return Math.abs(twice) / 2;
}

/** Square pixels of a convex polygon that lie inside a box. */
export function areaInside(corners: readonly Point[], { x, y, width, height }: Box): number {
  const sides: ((point: Point) => number)[] = [
    (point) => point.x - x,
    (point) => x + width - point.x,
    (point) => point.y - y,
    (point) => y + height - point.y,
  ];
  return areaOf(sides.reduce<readonly Point[]>(cutPolygon, corners));
}

/** What of a convex polygon is on the side where `depth` is not negative (Sutherland and Hodgman). */
function cutPolygon(corners: readonly Point[], depth: (point: Point) => number): Point[] {
  return corners.flatMap((corner, index) => {
    const next = corners[(index + 1) % corners.length]!;
    const [here, there] = [depth(corner), depth(next)];
    const kept = here >= 0 ? [corner] : [];
    if (here >= 0 === there >= 0) return kept;
    const share = here / (here - there);
    return [...kept, { x: corner.x + share * (next.x - corner.x), y: corner.y + share * (next.y - corner.y) }];
  });
}
