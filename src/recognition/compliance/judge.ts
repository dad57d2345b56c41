import { alignShelves } from './align-shelves.ts';
import { type Compliance, type JudgedPosition, scoreOf } from './compliance.ts';
import { Displaced } from './displaced.ts';
import { edge, measureScale } from './facing-widths.ts';
import type { PictureSize } from './found-row.ts';
import { findOccupants } from './occupants.ts';
import { type Fixture, plannedProducts } from './plan.ts';
import { centreOf, type PlacedDetection, type SeenProduct, type SeenShelf, toSeenShelves } from './seen.ts';
import { unnamedAround } from './unnamed.ts';
import { type ShelfView, viewShelves } from './view-shelves.ts';

/** What a picture shows: its size and the products that were found. Boxes are pixels. */
export interface JudgedPicture extends PictureSize {
  detections: readonly PlacedDetection[];
}

/**
 * Compares a picture with a plan. Shelves are paired, and within each pair the products are aligned with the positions, both in their
 * order. Products that are left over are looked for as items that stand elsewhere, then as what took the place of a missing one. What
 * lies outside the picture, according to the products that were recognised, is NOT_SEEN.
 */
export function judgeCompliance(fixture: Fixture, picture: JudgedPicture): Compliance {
  const seen = toSeenShelves(picture.detections);
  const scale = measureScale(fixture, seen, picture);
  const pairs = alignShelves(fixture.shelves, seen, scale);
  // Nothing says which part of the plan the picture shows, or whether it shows any.
  if (pairs.length === 0) return notSeen(fixture, picture);
  const views = viewShelves(fixture, seen, pairs, { picture, scale });
  const displaced = new Displaced(seen, new Set(views.flatMap(({ products }) => products.flat())));
  const unnamed = new Set<number>();
  const positions = fixture.shelves.flatMap((_, shelf) =>
    judgeShelf(fixture, shelf, { view: views[shelf]!, displaced, unnamed }),
  );
  const settled = settleOccupied(positions, views);
  const used = new Set([...settled.flatMap(({ detections }) => detections), ...unnamed]);
  return { score: scoreOf(settled), positions: settled, unplanned: listUnplanned(seen, used, { views, picture }) };
}

function notSeen({ shelves }: Fixture, { detections }: JudgedPicture): Compliance {
  const positions = shelves.flatMap((shelf, index) =>
    shelf.positions.map((planned, position) => ({
      ...{ shelf: index, position, itemId: planned.itemId, status: 'NOT_SEEN' as const },
      ...{ planned: plannedProducts(planned), visible: 0, found: 0, detections: [] },
    })),
  );
  return { score: null, positions, unplanned: detections.map((_, index) => index) };
}

/**
 * All that can be said without what took the place of missing items: those are MISSING so far.
 * @param parts unnamed: gets the detections without a name that may be what a position lacks
 */
function judgeShelf(
  { shelves }: Fixture,
  shelf: number,
  { view, displaced, unnamed }: { view: ShelfView; displaced: Displaced; unnamed: Set<number> },
): JudgedPosition[] {
  return shelves[shelf]!.positions.map((planned, position) => {
    const [products, visible] = [view.products[position]!, view.visible[position]!];
    const base = { shelf, position, itemId: planned.itemId, planned: plannedProducts(planned), visible };
    if (products.length > 0) {
      const perhaps = unnamedAround(view, position, { visible, stack: planned.stack });
      for (const { detection } of perhaps) unnamed.add(detection);
      const status = statusOf({ found: products.length, unnamed: perhaps.length, planned: base.planned, visible });
      return { ...base, status, found: products.length, detections: products.map(({ detection }) => detection) };
    }
    if (visible === 0) return { ...base, status: 'NOT_SEEN', found: 0, detections: [] };
    const elsewhere = displaced.take(planned.itemId, view.seen);
    if (elsewhere === null) return { ...base, status: 'MISSING', found: 0, detections: [] };
    return {
      ...base,
      status: elsewhere.onSameShelf ? 'OUT_OF_ORDER' : 'MISPLACED',
      found: 0,
      detections: elsewhere.detections,
    };
  });
}

function statusOf({
  found,
  unnamed,
  planned,
  visible,
}: {
  found: number;
  unnamed: number;
  planned: number;
  visible: number;
}) {
  if (found > planned) return 'TOO_MANY_FACINGS';
  return found + unnamed < visible ? 'TOO_FEW_FACINGS' : 'FOUND';
}

/** Says of the MISSING ones where something else stands in their place. */
function settleOccupied(positions: readonly JudgedPosition[], views: readonly ShelfView[]): JudgedPosition[] {
  const taken = new Set(positions.flatMap(({ detections }) => detections));
  const occupants = views.map((view, shelf) => {
    const vacant = positions
      .filter((one) => one.shelf === shelf && one.status === 'MISSING')
      .map((one) => one.position);
    return findOccupants(view, vacant);
  });
  return positions.map((position) => {
    if (position.status !== 'MISSING') return position;
    const there = occupants[position.shelf]!.get(position.position) ?? [];
    if (there.length === 0) return position;
    const status = there.some(({ itemId }) => itemId !== null) ? 'WRONG_ITEM' : 'UNIDENTIFIED';
    // What is in its own place or is told of as displaced is not told of twice, unless it is all there is.
    const detections = there.map(({ detection }) => detection);
    const own = detections.filter((detection) => !taken.has(detection));
    return { ...position, status, detections: own.length > 0 ? own : detections };
  });
}

/** Products without a name at the edge of the picture are cut off, and nobody can say what they are. */
function listUnplanned(
  seen: readonly SeenShelf[],
  used: ReadonlySet<number>,
  { views, picture }: { views: readonly ShelfView[]; picture: PictureSize },
): number[] {
  const left = seen.flatMap(({ products }) => products).filter(({ detection }) => !used.has(detection));
  return left
    .filter((product) => product.itemId !== null || !(isCutOff(product, picture) || isWithinFound(product, views)))
    .map(({ detection }) => detection)
    .sort((a, b) => a - b);
}

function isCutOff({ left, right, top, bottom }: SeenProduct, { width, height }: PictureSize): boolean {
  return left < edge * width || right > (1 - edge) * width || top < edge * height || bottom > (1 - edge) * height;
}

/** It stands among the products of a position. */
function isWithinFound(product: SeenProduct, views: readonly ShelfView[]): boolean {
  const view = views.find(({ seen }) => seen?.products.includes(product));
  const centre = centreOf(product);
  return (
    view?.spans.some(
      ({ left, right }, position) => view.products[position]!.length > 0 && centre > left && centre < right,
    ) ?? false
  );
}
