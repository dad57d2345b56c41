import { roundShare } from './rounding.ts';

/** The data of one facing that shares need. Pixels. */
export interface CountedFacing {
  /** null: it is none of the items. */
  itemId: string | null;
  width: number;
  height: number;
  /** false: it stands on another facing. */
  standsOnShelf: boolean;
}

/** The part of the shelves that one item takes; itemId null: all products that are none of the items. */
export interface ShelfUse {
  itemId: string | null;
  facings: number;
  /** Sum over its facings, in square pixels. */
  area: number;
  /** Sum over its facings that stand on a shelf, in pixels: stacked facings take no additional shelf length. */
  width: number;
}

/** Totals per item, in the order of their first facings. */
export function sumShelfUse(facings: readonly CountedFacing[]): ShelfUse[] {
  const uses = new Map<string | null, ShelfUse>();
  for (const { itemId, width, height, standsOnShelf } of facings) {
    const use = uses.get(itemId) ?? { itemId, facings: 0, area: 0, width: 0 };
    use.facings += 1;
    use.area += width * height;
    if (standsOnShelf) use.width += width;
    uses.set(itemId, use);
  }
  return [...uses.values()];
}

/** Shares 0..1 of everything on the shelves; each kind sums to 1 over the items, except for rounding, unless its total is 0. */
export interface ItemShare {
  itemId: string | null;
  facings: number;
  facingShare: number;
  areaShare: number;
  linearShare: number;
}

/** Items with the most facings first, equal ones by id; products that are none of the items come last. */
export function toShares(uses: readonly ShelfUse[]): ItemShare[] {
  const total = (measure: 'facings' | 'area' | 'width') => uses.reduce((sum, use) => sum + use[measure], 0);
  const all = { facings: total('facings'), area: total('area'), width: total('width') };
  return [...uses].sort(byFacings).map(({ itemId, facings, area, width }) => ({
    itemId,
    facings,
    facingShare: share(facings, all.facings),
    areaShare: share(area, all.area),
    linearShare: share(width, all.width),
  }));
}

function share(part: number, whole: number): number {
  return whole > 0 ? roundShare(part / whole) : 0;
}

function byFacings(a: ShelfUse, b: ShelfUse): number {
  if (a.itemId === null || b.itemId === null) return a.itemId === null ? 1 : -1;
  return b.facings - a.facings || (a.itemId < b.itemId ? -1 : 1);
}
