import type { Kysely } from 'kysely';
import { LRUCache } from 'lru-cache';
import type { AnalysisFilter } from '../analyses/analyses.repository.ts';
import type { DB } from '../database/types.generated.ts';
import { encodeId } from '../ids.ts';
import {
  type ExportedAnalysis,
  type ExportedItem,
  findExportedItems,
  pageLimits,
  readExportPage,
} from './export-pages.repository.ts';

/** A part of an export that fits into memory. */
export interface ExportPage {
  analyses: ExportedAnalysis[];
  /** All items that detections, candidates and planned positions refer to, by UUID. */
  items: ReadonlyMap<string, NamedItem>;
}

/** An item as it appears in a file. */
export interface NamedItem {
  /** The id that clients see; kept, because encoding it takes longer than the rest of a detection (measured: 3 to 13 µs). */
  publicId: string;
  /** null if the item no longer exists. */
  item: ExportedItem | null;
}

/** What is being exported. */
export interface ExportSource {
  db: Kysely<DB>;
  organizationId: string;
  export: { id: string; filter: AnalysisFilter };
}

/** Most catalogues are smaller, so most pages need one query. */
const rememberedItems = 10_000;

/**
 * All analyses of an export, page by page. It reads the next page after the previous one was written, and keeps no transaction
 * open: that would prevent the database from cleaning up for the duration of the export.
 * @throws the signal's reason when it is aborted
 */
export async function* readExportPages(source: ExportSource, signal: AbortSignal): AsyncGenerator<ExportPage, void> {
  const { db, organizationId } = source;
  const known = new LRUCache<string, NamedItem>({ max: rememberedItems });
  for (let after: string | null = null; ; ) {
    signal.throwIfAborted();
    const analyses: ExportedAnalysis[] = await readExportPage(db, organizationId, source.export, {
      after,
      limits: pageLimits,
    });
    const last = analyses.at(-1);
    if (!last) return;
    yield { analyses, items: await findItems(source, analyses, known) };
    after = last.id;
  }
}

async function findItems(
  { db, organizationId }: ExportSource,
  analyses: readonly ExportedAnalysis[],
  known: LRUCache<string, NamedItem>,
): Promise<Map<string, NamedItem>> {
  const items = new Map<string, NamedItem | undefined>();
  for (const { detections, compliance } of analyses) {
    for (const { itemId, candidates } of detections ?? []) {
      if (itemId !== null) items.set(itemId, undefined);
      for (const candidate of candidates) items.set(candidate.itemId, undefined);
    }
    for (const { itemId } of compliance?.positions ?? []) items.set(itemId, undefined);
  }
  for (const id of items.keys()) items.set(id, known.get(id));
  const unknown = [...items.keys()].filter((id) => items.get(id) === undefined);
  const rows = unknown.length > 0 ? await findExportedItems(db, organizationId, unknown) : [];
  const found = new Map(rows.map((row) => [row.id, row]));
  for (const id of unknown) {
    const item = { publicId: encodeId('catalogItem', id), item: found.get(id) ?? null };
    items.set(id, item);
    known.set(id, item);
  }
  return items as Map<string, NamedItem>;
}
