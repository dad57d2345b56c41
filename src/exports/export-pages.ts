import type { Kysely } from 'kysely';
import { LRUCache } from 'lru-cache';
import type { AnalysisFilter } from '../analyses/analyses.repository.ts';
import type { ResultBasis } from '../analyses/corrections/correction.ts';
import type { DB } from '../database/types.generated.ts';
import { encodeId } from '../ids.ts';
import { correctShelves } from '../planograms/correct-shelves.ts';
import { asFound } from '../recognition/corrections/apply.ts';
import {
  type ExportedAnalysis,
  type ExportedItem,
  findExportedItems,
  pageLimits,
  readExportPage,
} from './export-pages.repository.ts';
import { type ExportedDetection, toExported } from './exported-detections.ts';

/** An analysis with what it shows on the basis of the export; null unless it SUCCEEDED. */
export interface AnalysisOnBasis extends Omit<ExportedAnalysis, 'detections'> {
  detections: ExportedDetection[] | null;
}

/** A part of an export that fits into memory. */
export interface ExportPage {
  analyses: AnalysisOnBasis[];
  basis: ResultBasis;
  /** All items that detections, candidates, planned positions and gaps refer to, by UUID. */
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
  export: { id: string; filter: AnalysisFilter; basis: ResultBasis };
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
    const { basis } = source.export;
    const onBasis = await toBasis(source, analyses);
    yield { analyses: onBasis, basis, items: await findItems(source, onBasis, known) };
    after = last.id;
  }
}

async function toBasis(
  { db, organizationId, export: { basis } }: ExportSource,
  analyses: readonly ExportedAnalysis[],
): Promise<AnalysisOnBasis[]> {
  const ids = analyses.flatMap(({ id, detections }) => (detections ? [id] : []));
  const corrected = basis === 'FOUND' ? null : await correctShelves(db, organizationId, ids);
  return analyses.map(({ detections, ...analysis }) => {
    if (detections === null) return { ...analysis, detections };
    const shelf = corrected?.get(analysis.id);
    if (!shelf) return { ...analysis, detections: toExported(analysis.id, asFound(detections)) };
    return {
      ...analysis,
      detections: toExported(analysis.id, shelf.detections),
      compliance: shelf.compliance,
      gaps: shelf.gaps?.gaps ?? null,
      gap_share: shelf.gaps?.share ?? null,
    };
  });
}

async function findItems(
  { db, organizationId }: ExportSource,
  analyses: readonly AnalysisOnBasis[],
  known: LRUCache<string, NamedItem>,
): Promise<Map<string, NamedItem>> {
  const items = new Map<string, NamedItem | undefined>();
  for (const { detections, compliance, gaps } of analyses) {
    for (const { detection } of detections ?? []) {
      const { itemId, candidates } = detection;
      if (itemId !== null) items.set(itemId, undefined);
      for (const candidate of candidates) items.set(candidate.itemId, undefined);
    }
    for (const { itemId } of compliance?.positions ?? []) items.set(itemId, undefined);
    for (const { missing } of gaps ?? []) if (missing) items.set(missing.itemId, undefined);
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
