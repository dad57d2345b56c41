import { type Kysely, type RawBuilder, type SqlBool, sql, type Transaction } from 'kysely';
import type { Keyset } from '../database/keyset.ts';
import { countRows } from '../database/pool.ts';
import type { DB } from '../database/types.generated.ts';
import type { Narrowing } from '../shared/narrowing.ts';
import { type AnalysisRow, analysisColumns, resultColumns } from './columns.ts';
import { type CommonFilter, commonConditions } from './common-filter.ts';
import { passOnCorrections } from './corrections/run-corrections.repository.ts';
import type { RemovedAnalysis } from './remove-pictures.ts';
import type { AnalysisResult } from './result.ts';
import { noteInStats } from './statistics/changes.repository.ts';
import { unsumRemoved } from './task-sums/changes.repository.ts';

/**
 * Conditions; an absent one does not restrict. Lists take several filters, and an entry must match all of them: the client's, and
 * that of the parent of the list. Unknown ids match nothing.
 */
export interface AnalysisFilter extends CommonFilter {
  batchId?: string | undefined;
  imageId?: string | undefined;
  containsCatalogItemId?: string | undefined;
  /** Minimum of the mean over its detections. */
  minConfidence?: number | undefined;
}

/** @param narrowing what the caller is limited to; null: nothing */
export function findAnalyses(
  db: Kysely<DB>,
  organizationId: string,
  ids: readonly string[],
  narrowing: Narrowing | null = null,
): Promise<AnalysisRow[]> {
  return db
    .selectFrom('analysis')
    .select(analysisColumns)
    .where(analysisMatches(organizationId, [{ ids, narrowing }]))
    .execute();
}

export async function countAnalyses(
  db: Kysely<DB>,
  organizationId: string,
  filters: readonly AnalysisFilter[],
): Promise<number> {
  const { count } = await db
    .selectFrom('analysis')
    .select(countRows().as('count'))
    .where(analysisMatches(organizationId, filters))
    .executeTakeFirstOrThrow();
  return count;
}

/** The members of a batch in the order of its request; the key of a page is the position. */
export function listBatchAnalyses(
  db: Kysely<DB>,
  organizationId: string,
  batchId: string,
  filters: readonly AnalysisFilter[],
  page: Keyset,
): Promise<AnalysisRow[]> {
  return db
    .selectFrom('analysis')
    .innerJoin('batch_analysis', 'batch_analysis.analysis_id', 'analysis.id')
    .select(analysisColumns)
    .select('batch_analysis.position')
    .where('batch_analysis.batch_id', '=', batchId)
    .where(analysisMatches(organizationId, filters))
    .$if(page.after !== null, (query) => query.where('batch_analysis.position', '>', Number(page.after)))
    .orderBy('batch_analysis.position')
    .limit(page.limit)
    .execute();
}

/** Number of entries of that list. An analysis that represents two images of the request counts twice. */
export async function countBatchAnalyses(
  db: Kysely<DB>,
  organizationId: string,
  batchId: string,
  filters: readonly AnalysisFilter[],
): Promise<number> {
  const { count } = await db
    .selectFrom('analysis')
    .innerJoin('batch_analysis', 'batch_analysis.analysis_id', 'analysis.id')
    .select(countRows().as('count'))
    .where('batch_analysis.batch_id', '=', batchId)
    .where(analysisMatches(organizationId, filters))
    .executeTakeFirstOrThrow();
  return count;
}

const stateColumns = [
  'analysis.id',
  'analysis.status',
  'analysis.task_id',
  'analysis.place_id',
  'analysis.visit_id',
  'analysis.external_id',
  'analysis.image_id',
  'analysis.confidence',
  'analysis.updated_at',
] as const;

/** The states of the analyses that a stream follows, for its first events. */
export function listAnalysisStates(db: Kysely<DB>, organizationId: string, filters: readonly AnalysisFilter[]) {
  return db
    .selectFrom('analysis')
    .select(stateColumns)
    .where(analysisMatches(organizationId, filters))
    .orderBy('analysis.id')
    .execute();
}

/** The same of the analyses of several batches. */
export function listBatchStates(db: Kysely<DB>, organizationId: string, batchIds: readonly string[]) {
  return db
    .selectFrom('batch_analysis')
    .innerJoin('analysis', 'analysis.id', 'batch_analysis.analysis_id')
    .select(stateColumns)
    .select('batch_analysis.batch_id')
    .where('batch_analysis.batch_id', '=', sql<string>`any(${[...batchIds]}::uuid[])`)
    .where('analysis.organization_id', '=', organizationId)
    .execute();
}

/** For a `where`: an analysis must match every filter. Works with any joins. */
export function analysisMatches(organizationId: string, filters: readonly AnalysisFilter[]): RawBuilder<SqlBool> {
  const all = [sql<SqlBool>`analysis.organization_id = ${organizationId}`, ...filters.flatMap(conditions)];
  return sql.join<SqlBool>(all, sql` and `);
}

function conditions(filter: AnalysisFilter): RawBuilder<SqlBool>[] {
  const all = commonConditions('analysis', filter);
  const where = (condition: RawBuilder<SqlBool>) => all.push(condition);
  if (filter.imageId) where(sql`analysis.image_id = ${filter.imageId}`);
  if (filter.minConfidence !== undefined) where(sql`analysis.confidence >= ${filter.minConfidence}`);
  if (filter.batchId)
    where(sql`exists (
      select from batch_analysis member where member.analysis_id = analysis.id and member.batch_id = ${filter.batchId})`);
  if (filter.containsCatalogItemId)
    where(sql`exists (
      select from analysis_item found where found.organization_id = analysis.organization_id
        and found.catalog_item_id = ${filter.containsCatalogItemId} and found.analysis_id = analysis.id)`);
  return all;
}

export interface AnalysisResultRow extends AnalysisResult {
  analysis_id: string;
}

export async function findResults(
  db: Kysely<DB>,
  organizationId: string,
  analysisIds: readonly string[],
): Promise<AnalysisResultRow[]> {
  const rows = await db
    .selectFrom('analysis_result')
    .select(['analysis_id', ...resultColumns])
    .where('organization_id', '=', organizationId)
    .where('analysis_id', 'in', [...analysisIds])
    .execute();
  // Only life.repository.ts writes these columns, from an AnalysisResult.
  return rows as unknown as AnalysisResultRow[];
}

/** Of these the ones that have ended, which are gone then, with results and memberships, and are not counted any longer. @returns those. */
export async function removeEndedAnalyses(
  trx: Transaction<DB>,
  organizationId: string,
  ids: readonly string[],
): Promise<RemovedAnalysis[]> {
  const rows = await trx
    .selectFrom('analysis')
    .select(['id', hashOfImage.as('sha256')])
    .where('organization_id', '=', organizationId)
    .where('id', '=', sql<string>`any(${[...ids]}::uuid[])`)
    .where('finished_at', 'is not', null)
    .orderBy('id')
    .forUpdate()
    .execute();
  const ended = rows.map(({ id }) => id);
  await noteInStats(trx, ended, 'UNCOUNTED');
  await unsumRemoved(trx, ended);
  await passOnCorrections(trx, organizationId, ended);
  await trx.deleteFrom('analysis').where('id', '=', sql<string>`any(${ended}::uuid[])`).execute();
  return rows;
}

/** The hash of the bytes of an analysis' image, for a select or delete of `analysis`. */
export const hashOfImage = sql<string | null>`(
  select encode(image.sha256, 'hex') from image
  where image.organization_id = analysis.organization_id and image.id = analysis.image_id)`;
