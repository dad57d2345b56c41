import type { PartBox } from '../found-product.ts';
import type { Point, Size, View } from './view.ts';

/** A drag that begins so near to a corner moves it, in pixels of CSS. */
const cornerPixels = 16;

interface Draft {
  /** Null: nothing has been drawn yet. */
  draft: PartBox | null;
  onDraw(box: PartBox): void;
}

/** Boxes that a pointer draws on the picture. */
export class Drawing {
  #latest: Draft = { draft: null, onDraw: () => undefined };
  /** The drag that is being followed, and the corner that stays where it is, in parts of the picture. */
  #from: Point | null = null;
  #anchor: Point = { x: 0, y: 0 };

  follow(latest: Draft): void {
    this.#latest = latest;
  }

  /** @param from the same object for the whole drag */
  drag(from: Point, to: Point, view: View, picture: Size): void {
    const toPart = ({ x, y }: Point): Point => ({
      x: clamp((x - view.x) / (picture.width * view.scale)),
      y: clamp((y - view.y) / (picture.height * view.scale)),
    });
    if (from !== this.#from) {
      this.#from = from;
      const nearX = cornerPixels / (picture.width * view.scale);
      const nearY = cornerPixels / (picture.height * view.scale);
      this.#anchor = oppositeCorner(this.#latest.draft, toPart(from), nearX, nearY) ?? toPart(from);
    }
    this.#latest.onDraw(between(this.#anchor, toPart(to)));
  }
}

/** The corner opposite to the one that is at a point; null when none is. */
function oppositeCorner(box: PartBox | null, at: Point, nearX: number, nearY: number): Point | null {
  if (box === null) return null;
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
