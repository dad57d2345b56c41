import type { ShelfPair } from './align-shelves.ts';
import type { PictureScale } from './facing-widths.ts';
import {
  facingsReached,
  leftEnd,
  levelsShown,
  type PictureSize,
  type Row,
  showsBoard,
  showsRightEnd,
  spanOf,
  toRow,
  withCutOff,
} from './found-row.ts';
import type { Fixture } from './plan.ts';
import { type SeenProduct, type SeenShelf, widthOf } from './seen.ts';
import { locateShelves, type ShelfLocation } from './shelf-heights.ts';
import { countVisible, expectSpans, fittingInto, type Span } from './spans.ts';

/** A planned shelf as the picture shows it. */
export interface ShelfView {
  /** null: the picture shows no product of this shelf. */
  seen: SeenShelf | null;
  /** Of each position: the products that stand in it. */
  products: SeenProduct[][];
  /** Of each position. */
  spans: Span[];
  /** Of each position: how many of its planned products the picture would show. */
  visible: number[];
  /** Of one facing of each position with the space beside it, in pixels. */
  facingWidths: number[];
  /** Where the shelves begin, in pixels; null: outside the picture. */
  start: number | null;
}

/** Where every planned position would be in the picture, as far as the shelves that were recognised tell. */
export function viewShelves(
  fixture: Fixture,
  seen: readonly SeenShelf[],
  pairs: readonly ShelfPair[],
  { picture, scale }: { picture: PictureSize; scale: PictureScale },
): ShelfView[] {
  const rows = fixture.shelves.map((shelf, index) =>
    toRow(shelf, seen, { pair: pairs.find(({ planned }) => planned === index), scale }),
  );
  const left = leftEnd(rows, picture);
  const locations = locateShelves(fixture, { seen, pairs, picture, pixelsPerMetre: scale.pixelsPerMetre });
  const views = rows.map((row, index) =>
    row.pair ? viewRow(row, { left, rows, picture, isInPicture: locations[index]!.isInPicture }) : null,
  );
  return views.map(
    (view, index) => view ?? viewUnrecognised(rows[index]!, locations[index]!, { views, rows, left, picture }),
  );
}

function viewRow(
  row: Row,
  {
    left,
    rows,
    picture,
    isInPicture,
  }: { left: number | null; rows: readonly Row[]; picture: PictureSize; isInPicture: boolean },
): ShelfView {
  const { positions } = row.shelf;
  const found = row.products.map(spanOf);
  const [first, last] = [found.findIndex(Boolean), found.findLastIndex(Boolean)];
  const widths = positions.map(({ facings }, index) => facings * row.facingWidths[index]!);
  const rightShown = showsRightEnd(row, rows, picture);
  const boardShown = showsBoard(row, picture);
  const afterLast = widths.slice(last + 1).reduce((sum, width) => sum + width, found[last]!.right);
  const ends = { left, right: rightShown && afterLast > picture.width ? picture.width : null };
  const spans = expectSpans(widths, withCutOff(row, found, { first, last, left, rightShown }), ends);
  const shown = { leftShown: left !== null, rightShown, boardShown, picture };
  const visible = positions.map((position, index) => {
    if (found[index]) return countShown(row, index, { span: found[index], ...shown });
    // Where the shelf is cut off above or below, others may still be found that reach further into the picture.
    if (!boardShown || !isInPicture) return 0;
    const isShown = (index >= first || left !== null) && (index <= last || rightShown);
    return (
      position.stack *
      (isShown ? position.facings : countVisible(spans[index]!, position.facings, { from: 0, to: picture.width }))
    );
  });
  return { seen: row.seen, products: row.products, spans, visible, facingWidths: row.facingWidths, start: left };
}

/**
 * How many of the products of a position that was found the picture shows. Where the next thing beside it is the edge of the picture, some
 * may be cut off: then only those count that would fit before that edge, or between it and its neighbour.
 */
function countShown(
  { shelf, seen, products, facingWidths }: Row,
  index: number,
  {
    span,
    leftShown,
    rightShown,
    boardShown,
    picture,
  }: { span: Span; leftShown: boolean; rightShown: boolean; boardShown: boolean; picture: PictureSize },
): number {
  const { facings, stack } = shelf.positions[index]!;
  const own = products[index]!;
  const width = Math.max(...own.map(widthOf), facingWidths[index]!);
  const others = seen!.products.filter((product) => !own.includes(product));
  const isOpen = {
    left: !leftShown && others.every(({ left }) => left > span.left),
    right: !rightShown && others.every(({ right }) => right < span.right),
  };
  const [before, after] = [spanOf(products[index - 1] ?? []), spanOf(products[index + 1] ?? [])];
  // A gap beside a position that is missing is that one's.
  const gaps = { left: before ? span.left - before.right : 0, right: after ? after.left - span.right : 0 };
  const rooms = {
    left: isOpen.left ? span.left : gaps.left,
    right: isOpen.right ? picture.width - span.right : gaps.right,
  };
  const reached = facingsReached(own, { stack, width });
  const fitting = reached + fittingInto(rooms.left, width) + fittingInto(rooms.right, width);
  const shown = isOpen.left || isOpen.right ? Math.min(facings, fitting) : facings;
  return Math.max(shown * levelsShown(own, stack, boardShown), Math.min(own.length, facings * stack));
}

/**
 * A shelf of which no planned product was found: it begins where its neighbours do. Since no product of its own says where exactly that
 * is, half a facing more must be inside the picture on sides where it does not show the end of shelves.
 */
function viewUnrecognised(
  row: Row,
  { isInPicture, seen }: ShelfLocation,
  {
    views,
    rows,
    left,
    picture,
  }: { views: readonly (ShelfView | null)[]; rows: readonly Row[]; left: number | null; picture: PictureSize },
): ShelfView {
  const { shelf, products, facingWidths, width } = row;
  const spansOfOthers = views.flatMap((view) => view?.spans ?? []);
  const ends = {
    left: left ?? Math.min(...spansOfOthers.map((span) => span.left)),
    right: Math.max(...spansOfOthers.map((span) => span.right)),
  };
  const squeeze = Math.min(1, (ends.right - ends.left) / width);
  const widths = shelf.positions.map(({ facings }, index) => facings * facingWidths[index]! * squeeze);
  const spans = expectSpans(
    widths,
    products.map(() => null),
    { left: ends.left, right: null },
  );
  const isRightShown = showsRightEnd(row, rows, picture);
  const visible = shelf.positions.map(({ facings, stack }, index) => {
    const reserve = (facingWidths[index]! * squeeze) / 2;
    const shown = {
      from: left === null ? reserve : 0,
      to: isRightShown ? picture.width : picture.width - reserve,
    };
    return isInPicture ? stack * countVisible(spans[index]!, facings, shown) : 0;
  });
  return { seen: isInPicture ? seen : null, products, spans, visible, facingWidths, start: left };
}
