import { sql, type Transaction } from 'kysely';
import type { DB } from '../../database/types.generated.ts';
import type { MediaType } from '../../shared/media-type.ts';
import {
  bucketOf,
  type CountedAnalysis,
  type Counts,
  countCorrections,
  countEnd,
  countFailure,
  countSubmission,
  Tally,
} from './counts.ts';
import { toColumns, typedColumns } from './counts-columns.repository.ts';
import { statsTables } from './tables.ts';

/** What has happened to analyses. */
export type Happening =
  /** They are counted from now on, with their outcomes. */
  | 'COUNTED'
  | 'ENDED'
  /** They are no longer counted. */
  | 'UNCOUNTED'
  /** What corrections change in their results counts from now on. */
  | 'CORRECTED'
  /** It no longer counts. */
  | 'UNCORRECTED';

/** An analysis that is stored in this transaction. */
export interface SubmittedAnalysis {
  taskId: string;
  placeId: string | null;
  /** It FAILED at once; null: it waits. */
  failure: { code: string } | null;
}

/** Records that analyses were submitted. It reads nothing: reading took a sixth of the time in which 200 of them are stored. */
export async function noteSubmitted(
  trx: Transaction<DB>,
  organizationId: string,
  analyses: readonly SubmittedAnalysis[],
  mediaType: MediaType = 'IMAGE',
): Promise<void> {
  const tally = new Tally();
  for (const { taskId, placeId, failure } of analyses) {
    const key = { organizationId, bucketAt: null, taskId, placeId };
    tally.add(key, countSubmission());
    if (failure) tally.add(key, countFailure(failure.code));
  }
  await appendChanges(trx, tally, mediaType);
}

export interface CountedRow extends CountedAnalysis {
  organization_id: string;
  task_id: string;
  place_id: string | null;
  created_at: Date;
}

/**
 * Records the changes to the counters; analyses that are not counted are left out. Their rows must be locked, so that each change
 * is recorded once, and must already contain the outcomes.
 */
export async function noteInStats(trx: Transaction<DB>, ids: readonly string[], happening: Happening): Promise<void> {
  if (ids.length === 0) return;
  const { rows } = await sql<CountedRow>`
    select a.organization_id, a.task_id, a.place_id, a.created_at, a.status, a.failure_code, a.detection_count,
      (extract(epoch from a.finished_at - a.created_at) * 1000)::float8 as latency_ms,
      (extract(epoch from a.finished_at - a.started_at) * 1000)::float8 as duration_ms,
      r.unnamed_facings, (
        select jsonb_object_agg(i.catalog_item_id, i.facings) from analysis_item i where i.analysis_id = a.id
      ) as items, (
        select jsonb_agg(jsonb_build_object('item', e.catalog_item_id, 'analyses', e.analyses, 'facings', e.facings))
        from correction_effect e where e.organization_id = a.organization_id and e.analysis_id = a.id
      ) as effects
    from analysis a left join analysis_result r on r.analysis_id = a.id
    where a.id = any(${[...ids]}::uuid[]) and a.counted`.execute(trx);
  await noteRows(trx, rows, happening, 'IMAGE');
}

/** The same of rows that were read. */
export async function noteRows(
  trx: Transaction<DB>,
  rows: readonly CountedRow[],
  happening: Happening,
  mediaType: MediaType,
): Promise<void> {
  const tally = new Tally();
  const sign = happening === 'UNCOUNTED' || happening === 'UNCORRECTED' ? -1 : 1;
  for (const row of rows) {
    const key = {
      organizationId: row.organization_id,
      bucketAt: bucketOf(row.created_at),
      taskId: row.task_id,
      placeId: row.place_id,
    };
    for (const counts of countsOf(row, happening)) tally.add(key, counts, sign);
  }
  await appendChanges(trx, tally, mediaType);
}

function countsOf(row: CountedRow, happening: Happening): Counts[] {
  if (happening === 'CORRECTED' || happening === 'UNCORRECTED')
    return row.effects ? [countCorrections(row.effects)] : [];
  return happening === 'ENDED' ? [countEnd(row)] : [countSubmission(), countEnd(row)];
}

async function appendChanges(trx: Transaction<DB>, tally: Tally, mediaType: MediaType): Promise<void> {
  const rows = tally.entries().map(toColumns);
  if (rows.length === 0) return;
  const { namesButBucket, types } = typedColumns;
  // created_at of new analyses is the time of their transaction, which only the database knows.
  await sql`
    insert into ${statsTables[mediaType].changes} (bucket_at, ${namesButBucket})
    select coalesce(bucket_at, date_bin('15 minutes', now(), timestamptz 'epoch')), ${namesButBucket}
    from json_to_recordset(${JSON.stringify(rows)}::json) as change(${types})`.execute(trx);
}

/**
 * Earlier runs of pictures that are about to be rerun are no longer counted.
 * @param firstRuns ids of the original analyses of the pictures.
 */
export async function uncountEarlierRuns(
  trx: Transaction<DB>,
  organizationId: string,
  firstRuns: readonly string[],
): Promise<void> {
  // A concurrent rerun of the same picture waits at the first query, and finds the other rerun with the second.
  await lockRuns(trx, organizationId, firstRuns);
  const runs = await lockRuns(trx, organizationId, firstRuns);
  const earlier = runs.flatMap(({ id, counted }) => (counted === false ? [] : [id]));
  await noteInStats(trx, earlier, 'UNCOUNTED');
  await markCounted(trx, earlier, false);
}

/**
 * All runs of the pictures, locked in the order of ids, as by every writer of analyses. `counted` is null if the backfill has not
 * reached them.
 */
export async function lockRuns(
  trx: Transaction<DB>,
  organizationId: string,
  firstRuns: readonly string[],
): Promise<{ id: string; counted: boolean | null }[]> {
  const ids = [...new Set(firstRuns)];
  const { rows } = await sql<{ id: string; counted: boolean | null }>`
    select id, counted from analysis where organization_id = ${organizationId} and id in (
      select unnest(${ids}::uuid[])
      union all
      select run.id from analysis run where run.organization_id = ${organizationId}
        and run.rerun_of is not null and coalesce(run.first_run, run.rerun_of) = any(${ids}::uuid[]))
    order by id for update`.execute(trx);
  return rows;
}

/** Sets whether these are counted from now on; the caller records the resulting changes. */
export async function markCounted(trx: Transaction<DB>, ids: readonly string[], counted: boolean): Promise<void> {
  if (ids.length === 0) return;
  await sql`update analysis set counted = ${counted} where id = any(${[...ids]}::uuid[])`.execute(trx);
}
