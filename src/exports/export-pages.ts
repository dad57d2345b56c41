import type { Kysely } from 'kysely';
import { LRUCache } from 'lru-cache';
import type { AnalysisFilter } from '../analyses/analyses.repository.ts';
import type { DB } from '../database/types.generated.ts';
import {
  type ExportedAnalysis,
  type ExportedItem,
  findExportedItems,
  pageLimits,
  readExportPage,
} from './export-pages.repository.ts';

/** A piece of an export that fits into memory, with the items that were found in it. */
export interface ExportPage {
  analyses: ExportedAnalysis[];
  /** By id. An item that is gone has no entry. */
  items: ReadonlyMap<string, ExportedItem>;
}

/** What is being exported. */
export interface ExportSource {
  db: Kysely<DB>;
  organizationId: string;
  export: { id: string; filter: AnalysisFilter };
}

/** Catalogues are mostly smaller, so most pages take one query. */
const rememberedItems = 10_000;

/**
 * All that an export is about, a page at a time. It reads the next page when the one before was written, and holds no
 * transaction: an open one would keep the database from cleaning up for as long as the export takes.
 * @throws the signal's reason when it is aborted
 */
export async function* readExportPages(source: ExportSource, signal: AbortSignal): AsyncGenerator<ExportPage, void> {
  const { db, organizationId } = source;
  const known = new LRUCache<string, ExportedItem>({ max: rememberedItems });
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
  known: LRUCache<string, ExportedItem>,
): Promise<Map<string, ExportedItem>> {
  const ids = new Set(analyses.flatMap(({ detections }) => (detections ?? []).flatMap(({ itemId }) => itemId ?? [])));
  const unknown = [...ids].filter((id) => !known.has(id));
  const found = unknown.length > 0 ? await findExportedItems(db, organizationId, unknown) : [];
  const items = new Map(found.map((item) => [item.id, item]));
  for (const id of ids) {
    const item = items.get(id) ?? known.get(id);
    if (item) items.set(id, item);
  }
  for (const item of found) known.set(item.id, item);
  return items;
}
