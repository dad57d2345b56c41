import {
  leastGap,
  median,
  type PlacedDetection,
  type SeenProduct,
  toSeenShelves,
  widthOf,
} from '../compliance/seen.ts';
import { type BoxNumbers, roundPixels } from '../rounding.ts';

/** An empty stretch of a shelf, wide enough for a facing of a neighbour. */
export interface Gap {
  /** From the top, as in the realogram. */
  shelf: number;
  /** x, y, width, height in pixels. */
  box: BoxNumbers;
  /** How many facings of the narrower neighbour would fit. */
  facings: number;
  /** Detections beside it, on the shelf; null: it is at that end of the shelf. */
  left: number | null;
  right: number | null;
}

/**
 * Empty stretches between neighbours, and at the ends of shelves where most other shelves reach further. With a single shelf, nothing
 * says where it ends.
 */
export function findGaps(detections: readonly PlacedDetection[]): Gap[] {
  const seen = toSeenShelves(detections).map(({ products }) => products);
  const all = seen.flat();
  const shelves = seen.map(toStacks);
  const isStray = seen.map((products) => hasStraysOnly(products, all));
  const found = shelves.flatMap((stacks, shelf) => {
    if (isStray[shelf]) return [];
    const others = shelves.filter((_, index) => index !== shelf && !isStray[index]);
    const ends = {
      left: others.length > 1 ? median(others.map((other) => other[0]!.left)) : null,
      right: others.length > 1 ? median(others.map((other) => other.at(-1)!.right)) : null,
    };
    const between = stacks.slice(1).map((stack, index) => gapBetween(stacks[index]!, stack));
    const gaps = [gapAtEnd(null, stacks[0]!, ends), ...between, gapAtEnd(stacks.at(-1)!, null, ends)];
    return gaps.flatMap((gap) => (gap ? [{ ...gap, shelf }] : []));
  });
  return found.filter((gap) => isEmpty(gap, all));
}

/** A row of so few products that are so much lower than most is no shelf: they are corners of packs, or what lies in front of others. */
const mostStrays = 2;
const strayHeight = 0.5;

function hasStraysOnly(products: readonly SeenProduct[], all: readonly SeenProduct[]): boolean {
  const usual = median(all.map(heightOf));
  return products.length <= mostStrays && products.every((product) => heightOf(product) < strayHeight * usual);
}

function heightOf({ top, bottom }: SeenProduct): number {
  return bottom - top;
}

/** Of its area: more than boxes of neighbours reach into it because they are inexact or the camera is turned. */
const mostCovered = 0.2;

/** Whether nothing stands there, on this shelf or, where rows were told apart wrongly, on another. */
function isEmpty({ box: [x, y, width, height] }: Gap, all: readonly SeenProduct[]): boolean {
  const covered = all.reduce((sum, { left, right, top, bottom }) => {
    const across = Math.min(right, x + width) - Math.max(left, x);
    const down = Math.min(bottom, y + height) - Math.max(top, y);
    return sum + Math.max(0, across) * Math.max(0, down);
  }, 0);
  return covered <= mostCovered * width * height;
}

/** The part of the shelves, by length, that is empty; null: there is no shelf. */
export function gapShare(detections: readonly PlacedDetection[], gaps: readonly Gap[]): number | null {
  const standing = toSeenShelves(detections).flatMap(({ products }) => products.filter(({ level }) => level === 0));
  if (standing.length === 0) return null;
  const empty = gaps.reduce((sum, { box: [, , width] }) => sum + width, 0);
  return empty / (empty + standing.reduce((sum, product) => sum + widthOf(product), 0));
}

/** A stack as one box, with the product that stands on the shelf. */
interface Stack {
  base: SeenProduct;
  left: number;
  right: number;
}

/** From left to right. */
function toStacks(products: readonly SeenProduct[]): Stack[] {
  const stacks: Stack[] = [];
  for (const product of products) {
    const stack = stacks.at(-1);
    if (product.level === 0 || !stack) stacks.push({ base: product, left: product.left, right: product.right });
    else {
      stack.left = Math.min(stack.left, product.left);
      stack.right = Math.max(stack.right, product.right);
    }
  }
  return stacks;
}

function gapBetween(before: Stack, after: Stack): Omit<Gap, 'shelf'> | null {
  const narrower = Math.min(widthOf(before.base), widthOf(after.base));
  return toGap([before.base, after.base], before.right, after.left, {
    narrower,
    left: before.base.detection,
    right: after.base.detection,
  });
}

function gapAtEnd(
  before: Stack | null,
  after: Stack | null,
  ends: { left: number | null; right: number | null },
): Omit<Gap, 'shelf'> | null {
  const from = before ? before.right : ends.left;
  const to = after ? after.left : ends.right;
  if (from === null || to === null) return null;
  const { base } = (before ?? after)!;
  return toGap([base], from, to, {
    narrower: widthOf(base),
    left: before ? base.detection : null,
    right: after ? base.detection : null,
  });
}

function toGap(
  beside: readonly SeenProduct[],
  from: number,
  to: number,
  { narrower, left, right }: { narrower: number; left: number | null; right: number | null },
): Omit<Gap, 'shelf'> | null {
  if (to - from < leastGap * narrower) return null;
  const top = Math.max(...beside.map((product) => product.top));
  const bottom = beside.reduce((sum, product) => sum + product.bottom, 0) / beside.length;
  const facings = Math.max(1, Math.floor((to - from) / narrower + 1 - leastGap));
  return { box: roundPixels([from, top, to - from, Math.max(1, bottom - top)]), facings, left, right };
}
