import type { ShelfPair } from './align-shelves.ts';
import { edge, type PictureScale } from './facing-widths.ts';
import { type PlannedShelf, plannedProducts } from './plan.ts';
import { type SeenProduct, type SeenShelf, widthOf } from './seen.ts';
import { fittingInto, type Span } from './spans.ts';

/** Pixels. */
export interface PictureSize {
  width: number;
  height: number;
}

/** A planned shelf with what was found of it. */
export interface Row {
  shelf: PlannedShelf;
  pair: ShelfPair | undefined;
  seen: SeenShelf | null;
  products: SeenProduct[][];
  /** Of one facing of each position, in pixels. */
  facingWidths: number[];
  /** Of all planned facings. */
  width: number;
}

export function toRow(
  shelf: PlannedShelf,
  seen: readonly SeenShelf[],
  { pair, scale }: { pair: ShelfPair | undefined; scale: PictureScale },
): Row {
  const seenShelf = pair ? seen[pair.seen]! : null;
  const facingWidths = shelf.positions.map((position) => scale.facingWidth(position, seenShelf));
  return {
    shelf,
    pair,
    seen: seenShelf,
    products: shelf.positions.map((_, index) => (pair?.products[index] ?? []).map((at) => seenShelf!.products[at]!)),
    facingWidths,
    width: shelf.positions.reduce((sum, { facings }, index) => sum + facings * facingWidths[index]!, 0),
  };
}

/** Where the shelves begin, if the picture shows it: at a first position that is whole. null: it may be outside. */
export function leftEnd(rows: readonly Row[], { width }: PictureSize): number | null {
  const whole = rows.flatMap(({ shelf, products }) =>
    isWhole(shelf, products, 0) ? [spanOf(products[0]!)!.left] : [],
  );
  const inside = whole.filter((left) => left > edge * width);
  return inside.length === 0 ? null : Math.min(...inside);
}

function isWhole({ positions }: PlannedShelf, products: readonly SeenProduct[][], position: number): boolean {
  const planned = positions[position];
  return planned !== undefined && products[position]!.length >= plannedProducts(planned);
}

/** Whether the picture shows where this shelf ends: one that is at least as wide ends in it. */
export function showsRightEnd(row: Row, rows: readonly Row[], { width }: PictureSize): boolean {
  return rows.some(({ shelf, products, width: rowWidth }) => {
    const last = shelf.positions.length - 1;
    return (
      rowWidth >= row.width && isWhole(shelf, products, last) && spanOf(products[last]!)!.right < (1 - edge) * width
    );
  });
}

export function spanOf(products: readonly SeenProduct[]): Span | null {
  if (products.length === 0) return null;
  return {
    left: Math.min(...products.map(({ left }) => left)),
    right: Math.max(...products.map(({ right }) => right)),
  };
}

/** At the edges of the picture, what a position lacks is taken to be cut off: what follows beyond it is that much further away. */
export function withCutOff(
  { shelf, products, facingWidths }: Row,
  found: readonly (Span | null)[],
  { first, last, left, rightShown }: { first: number; last: number; left: number | null; rightShown: boolean },
): (Span | null)[] {
  const lacking = (index: number): number => {
    const { facings, stack } = shelf.positions[index]!;
    const reached = facingsReached(products[index]!, { stack, width: facingWidths[index]! });
    return Math.max(0, facings - reached) * facingWidths[index]!;
  };
  return found.map((span, index) => {
    if (!span) return null;
    return {
      left: index === first && left === null ? span.left - lacking(index) : span.left,
      right: index === last && !rightShown ? span.right + lacking(index) : span.right,
    };
  });
}

/** How many facings beside each other these products take the place of, gaps among them included. */
export function facingsReached(
  products: readonly SeenProduct[],
  { stack, width }: { stack: number; width: number },
): number {
  const columns = Math.max(Math.ceil(products.length / stack), products.filter(({ level }) => level === 0).length);
  return Math.max(columns, fittingInto(widthOf(spanOf(products)!), Math.max(width, ...products.map(widthOf))));
}

/** Whether the picture shows what products stand on: there is room below them, or a stack of which no level lacks. */
export function showsBoard({ shelf, seen, products }: Row, { height }: PictureSize): boolean {
  const bottom = Math.max(...seen!.products.map((product) => product.bottom));
  if (bottom > (1 - edge) * height) return false;
  const tallest = Math.max(...seen!.products.map((product) => product.bottom - product.top));
  if (height - bottom >= roomBelow * tallest) return true;
  return products.some((own, index) => own.length > 0 && levelsOf(own) >= shelf.positions[index]!.stack);
}

function levelsOf(products: readonly SeenProduct[]): number {
  return 1 + Math.max(...products.map(({ level }) => level));
}

/** Parts of a product's height: with less room to the edge of the picture, one more level would not be found. */
const roomAbove = 0.75;
const roomBelow = 0.55;

/** How many levels of a stack the picture shows. */
export function levelsShown(products: readonly SeenProduct[], stack: number, boardShown: boolean): number {
  const tallest = Math.max(...products.map(({ top, bottom }) => bottom - top));
  const isCut = !boardShown || Math.min(...products.map(({ top }) => top)) < roomAbove * tallest;
  return isCut ? Math.min(stack, levelsOf(products)) : stack;
}
