import type { Kysely } from 'kysely';
import type { AnalysisFilter } from '../analyses/analyses.repository.ts';
import type { ResultBasis } from '../analyses/corrections/correction.ts';
import type { DB } from '../database/types.generated.ts';
import { correctShelves } from '../planograms/correct-shelves.ts';
import { asFound } from '../recognition/corrections/apply.ts';
import { type ExportedAnalysis, pageLimits, readExportPage } from './export-pages.repository.ts';
import { type ExportedDetection, toExported } from './exported-detections.ts';
import { itemLookup, type NamedItems } from './named-items.ts';

/** An analysis with what it shows on the basis of the export; null unless it SUCCEEDED. */
export interface AnalysisOnBasis extends Omit<ExportedAnalysis, 'detections'> {
  detections: ExportedDetection[] | null;
}

/** A part of an export that fits into memory. */
export interface ExportPage {
  analyses: AnalysisOnBasis[];
  basis: ResultBasis;
  /** All items that detections, candidates, planned positions and gaps refer to, by UUID. */
  items: NamedItems;
}

/** What is being exported. */
export interface ExportSource {
  db: Kysely<DB>;
  organizationId: string;
  export: { id: string; filter: AnalysisFilter; basis: ResultBasis };
}

/**
 * All analyses of an export, page by page. It reads the next page after the previous one was written, and keeps no transaction
 * open: that would prevent the database from cleaning up for the duration of the export.
 * @throws the signal's reason when it is aborted
 */
export async function* readExportPages(source: ExportSource, signal: AbortSignal): AsyncGenerator<ExportPage, void> {
  const { db, organizationId } = source;
  const findItems = itemLookup(db, organizationId);
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
    yield { analyses: onBasis, basis, items: await findItems(listItems(onBasis)) };
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

/** The items that analyses refer to. */
function listItems(analyses: readonly AnalysisOnBasis[]): Set<string> {
  const ids = new Set<string>();
  for (const { detections, compliance, gaps } of analyses) {
    for (const { detection } of detections ?? []) {
      const { itemId, candidates } = detection;
      if (itemId !== null) ids.add(itemId);
      for (const candidate of candidates) ids.add(candidate.itemId);
    }
    for (const { itemId } of compliance?.positions ?? []) ids.add(itemId);
    for (const { missing } of gaps ?? []) if (missing) ids.add(missing.itemId);
  }
  return ids;
}
