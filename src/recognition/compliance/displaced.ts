import type { SeenProduct, SeenShelf } from './seen.ts';

/** Products that stand in no position of the plan, by item: whoever misses one may look for it here. */
export class Displaced {
  readonly #byItem: Map<string | null, { product: SeenProduct; shelf: SeenShelf }[]>;

  /** @param inPlace the products that stand in their position */
  constructor(shelves: readonly SeenShelf[], inPlace: ReadonlySet<SeenProduct>) {
    const left = shelves.flatMap((shelf) =>
      shelf.products.filter((product) => !inPlace.has(product)).map((product) => ({ product, shelf })),
    );
    this.#byItem = Map.groupBy(left, ({ product }) => product.itemId);
  }

  /** Those of an item on this shelf, otherwise those on the shelf that has most of them; each is handed out once. null: none. */
  take(itemId: string, shelf: SeenShelf | null): { detections: number[]; onSameShelf: boolean } | null {
    const found = this.#byItem.get(itemId) ?? [];
    if (found.length === 0) return null;
    const byShelf = Map.groupBy(found, (one) => one.shelf);
    const most = [...byShelf].sort(([, a], [, b]) => b.length - a.length)[0]![0];
    const where = shelf !== null && byShelf.has(shelf) ? shelf : most;
    this.#byItem.set(
      itemId,
      found.filter((one) => one.shelf !== where),
    );
    return { detections: byShelf.get(where)!.map(({ product }) => product.detection), onSameShelf: where === shelf };
  }
}
