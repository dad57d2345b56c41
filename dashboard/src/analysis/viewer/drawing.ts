import type { PartBox } from '../found-product.ts';
import type { Point, Size, View } from './view.ts';

/** A drag that begins so near to a corner moves it, in pixels of CSS. */
const cornerPixels = 16;
/** Of small boxes at most this part of a side belongs to a corner, so that the middle can still be dragged. */
const cornerPart = 0.3;

interface Draft {
  /** Null: nothing has been drawn yet. */
  draft: PartBox | null;
  onDraw(box: PartBox): void;
}

/** What the box is while a pointer is at a point, in parts of the picture. */
type Follow = (to: Point) => PartBox;

/** Boxes that a pointer draws on the picture, moves, or changes in size. */
export class Drawing {
  #latest: Draft = { draft: null, onDraw: () => undefined };
  /** The drag that is being followed. */
  #from: Point | null = null;
  #follow: Follow | null = null;

  /** The box as it is; null: nothing has been drawn yet. */
  get draft(): PartBox | null {
    return this.#latest.draft;
  }

  follow(latest: Draft): void {
    this.#latest = latest;
  }

  /** @param from the same object for the whole drag */
  drag(from: Point, to: Point, view: View, picture: Size): void {
    const toPart = ({ x, y }: Point): Point => ({
      x: clamp((x - view.x) / (picture.width * view.scale)),
      y: clamp((y - view.y) / (picture.height * view.scale)),
    });
    if (from !== this.#from || this.#follow === null) {
      this.#from = from;
      const near = {
        x: cornerPixels / (picture.width * view.scale),
        y: cornerPixels / (picture.height * view.scale),
      };
      this.#follow = begin(this.#latest.draft, toPart(from), near);
    }
    this.#latest.onDraw(this.#follow(toPart(to)));
  }
}

/** What a drag from a point does: it moves a corner, or the box, or draws a new one. */
function begin(box: PartBox | null, from: Point, near: Point): Follow {
  const corner = box && oppositeCorner(box, from, near);
  if (corner) return (to) => between(corner, to);
  if (box && isInside(box, from))
    return (to) => ({
      ...box,
      x: Math.min(Math.max(box.x + to.x - from.x, 0), 1 - box.width),
      y: Math.min(Math.max(box.y + to.y - from.y, 0), 1 - box.height),
    });
  return (to) => between(from, to);
}

function isInside({ x, y, width, height }: PartBox, at: Point): boolean {
  return at.x >= x && at.x <= x + width && at.y >= y && at.y <= y + height;
}

/** The corner opposite to the one that is at a point; null when none is. */
function oppositeCorner(box: PartBox, at: Point, near: Point): Point | null {
  const inside = isInside(box, at);
  const nearX = inside ? Math.min(near.x, box.width * cornerPart) : near.x;
  const nearY = inside ? Math.min(near.y, box.height * cornerPart) : near.y;
  const [left, right, top, bottom] = [box.x, box.x + box.width, box.y, box.y + box.height];
  for (const [x, otherX] of [
    [left, right],
    [right, left],
  ] as const)
    for (const [y, otherY] of [
      [top, bottom],
      [bottom, top],
    ] as const)
      if (Math.abs(at.x - x) <= nearX && Math.abs(at.y - y) <= nearY) return { x: otherX, y: otherY };
  return null;
}

function between(a: Point, b: Point): PartBox {
  return {
    x: Math.min(a.x, b.x),
    y: Math.min(a.y, b.y),
    width: Math.abs(a.x - b.x),
    height: Math.abs(a.y - b.y),
  };
}

function clamp(part: number): number {
  return Math.min(Math.max(part, 0), 1);
}
