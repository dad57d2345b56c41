import type { Point, Quadrilateral } from './quadrilateral.ts';

/** A rectangle in any direction. */
export interface Rectangle {
  center: Point;
  /** Unit vector along its width. */
  along: Point;
  width: number;
  height: number;
}

/** The rectangle of the smallest area around some points, at least one. One of its sides lies on a side of their convex hull. */
export function smallestRectangle(points: readonly Point[]): Rectangle {
  const hull = convexHull(points);
  let best: Rectangle | null = null;
  for (const [index, from] of hull.entries()) {
    const to = hull[(index + 1) % hull.length]!;
    const length = Math.hypot(to.x - from.x, to.y - from.y);
    const along = length === 0 ? { x: 1, y: 0 } : { x: (to.x - from.x) / length, y: (to.y - from.y) / length };
    const rectangle = rectangleAlong(hull, along);
    if (best === null || rectangle.width * rectangle.height < best.width * best.height) best = rectangle;
  }
  return best!;
}

function rectangleAlong(hull: readonly Point[], along: Point): Rectangle {
  let [left, right, top, bottom] = [Infinity, -Infinity, Infinity, -Infinity];
  for (const { x, y } of hull) {
    const u = x * along.x + y * along.y;
    const v = y * along.x - x * along.y;
    left = Math.min(left, u);
    right = Math.max(right, u);
    top = Math.min(top, v);
    bottom = Math.max(bottom, v);
  }
  const [u, v] = [(left + right) / 2, (top + bottom) / 2];
  const center = { x: u * along.x - v * along.y, y: u * along.y + v * along.x };
  return { center, along, width: right - left, height: bottom - top };
}

/** Each side moved outwards. */
export function growRectangle(rectangle: Rectangle, by: number): Rectangle {
  return { ...rectangle, width: rectangle.width + 2 * by, height: rectangle.height + 2 * by };
}

/** Its corners, clockwise from the top left: the upper one of the two on the left. */
export function cornersOf({ center, along, width, height }: Rectangle): Quadrilateral {
  const corner = (right: number, down: number): Point => ({
    x: center.x + (right * width * along.x - down * height * along.y) / 2,
    y: center.y + (right * width * along.y + down * height * along.x) / 2,
  });
  const corners = [corner(-1, -1), corner(1, -1), corner(1, 1), corner(-1, 1)].sort((a, b) => a.x - b.x);
  const [topLeft, bottomLeft] = inOrderOfY(corners[0]!, corners[1]!);
  const [topRight, bottomRight] = inOrderOfY(corners[2]!, corners[3]!);
  return [topLeft, topRight, bottomRight, bottomLeft];
}

function inOrderOfY(a: Point, b: Point): [Point, Point] {
  return a.y <= b.y ? [a, b] : [b, a];
}

/** Andrew's monotone chain; without points in the middle of its sides. */
function convexHull(points: readonly Point[]): Point[] {
  const sorted = [...points].sort((a, b) => a.x - b.x || a.y - b.y);
  const lower = halfHull(sorted);
  const upper = halfHull(sorted.reverse());
  const hull = [...lower.slice(0, -1), ...upper.slice(0, -1)];
  return hull.length === 0 ? [sorted[0]!] : hull;
}

function halfHull(sorted: readonly Point[]): Point[] {
  const hull: Point[] = [];
  for (const point of sorted) {
    while (hull.length >= 2 && turn(hull.at(-2)!, hull.at(-1)!, point) <= 0) hull.pop();
    hull.push(point);
  }
  return hull;
}

function turn(a: Point, b: Point, c: Point): number {
  return (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x);
}
