import { sql, type Transaction } from 'kysely';
import type { DB } from '../../database/types.generated.ts';
import type { Detection } from '../../recognition/detection.ts';
import { noteInStats } from '../statistics/changes.repository.ts';
import { sumEffects, unsumEffects } from '../task-sums/changes.repository.ts';
import { isApplied } from './correction.ts';
import { effectsOf } from './effects.ts';
import { findRunCorrections } from './run-corrections.repository.ts';

interface StoredResult {
  organization_id: string;
  analysis_id: string;
  detections: Detection[];
}

/**
 * Stores what the applied corrections of their pictures change in the results of these runs. The rows of the runs must be locked.
 * The caller records the changes in the statistics.
 */
export async function storeEffects(trx: Transaction<DB>, analysisIds: readonly string[]): Promise<void> {
  if (analysisIds.length === 0) return;
  const { rows: results } = await sql<StoredResult>`
    select organization_id, analysis_id, detections from analysis_result
    where analysis_id = any(${[...analysisIds]}::uuid[])`.execute(trx);
  const rows: object[] = [];
  for (const [organizationId, own] of Map.groupBy(results, ({ organization_id }) => organization_id)) {
    const ids = own.map(({ analysis_id }) => analysis_id);
    const found = await findRunCorrections(trx, organizationId, ids);
    const byRun = new Map(found.map(({ analysisId, corrections }) => [analysisId, corrections.filter(isApplied)]));
    for (const { analysis_id, detections } of own)
      for (const effect of effectsOf(analysis_id, detections, byRun.get(analysis_id) ?? []))
        rows.push({ organization_id: organizationId, analysis_id, ...effect });
    await sql`
      delete from correction_effect
      where organization_id = ${organizationId} and analysis_id = any(${ids}::uuid[])`.execute(trx);
  }
  if (rows.length === 0) return;
  await sql`
    insert into correction_effect (organization_id, analysis_id, catalog_item_id, analyses, facings, area, width)
    select organization_id, analysis_id, "itemId", analyses, facings, area, width
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as e(
      organization_id uuid, analysis_id uuid, "itemId" uuid, analyses int, facings int, area float8, width float8)`.execute(
    trx,
  );
}

/** The same, with the changes in the statistics, for runs whose corrections have changed. */
export async function changeEffects(trx: Transaction<DB>, analysisIds: readonly string[]): Promise<void> {
  await noteInStats(trx, analysisIds, 'UNCORRECTED');
  await unsumEffects(trx, analysisIds);
  await storeEffects(trx, analysisIds);
  await noteInStats(trx, analysisIds, 'CORRECTED');
  await sumEffects(trx, analysisIds);
}
