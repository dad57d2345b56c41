import type { Kysely } from 'kysely';
import { LRUCache } from 'lru-cache';
import type { DB } from '../database/types.generated.ts';
import { encodeId } from '../ids.ts';
import { type ExportedItem, findExportedItems } from './export-pages.repository.ts';

/** An item as it appears in a file. */
export interface NamedItem {
  /** The id that clients see; kept, because encoding it takes longer than the rest of a detection (measured: 3 to 13 µs). */
  publicId: string;
  /** null if the item no longer exists. */
  item: ExportedItem | null;
}

/** Items by UUID. */
export type NamedItems = ReadonlyMap<string, NamedItem>;

/** Most catalogues are smaller, so most pages need one query. */
const rememberedItems = 10_000;

/** Looks items up for the pages of one export, and remembers them. */
export function itemLookup(db: Kysely<DB>, organizationId: string): (ids: Iterable<string>) => Promise<NamedItems> {
  const known = new LRUCache<string, NamedItem>({ max: rememberedItems });
  return async (ids) => {
    const items = new Map([...ids].map((id) => [id, known.get(id)] as const));
    const unknown = [...items.keys()].filter((id) => items.get(id) === undefined);
    const rows = unknown.length > 0 ? await findExportedItems(db, organizationId, unknown) : [];
    const found = new Map(rows.map((row) => [row.id, row]));
    for (const id of unknown) {
      const item = { publicId: encodeId('catalogItem', id), item: found.get(id) ?? null };
      items.set(id, item);
      known.set(id, item);
    }
    return items as Map<string, NamedItem>;
  };
}

/** An item as lines of JSON contain it; null: none. */
export function toItem(itemId: string | null, items: NamedItems) {
  const named = items.get(itemId ?? '');
  if (!named) return null;
  const { name = null, customId = null, barcode = null } = named.item ?? {};
  return { id: named.publicId, name, customId, barcode };
}
