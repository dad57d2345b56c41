import { type RawBuilder, sql, type Transaction } from 'kysely';
import type { DB } from '../../database/types.generated.ts';
import type { Tally } from './counts.ts';
import { toColumns, typedColumns } from './counts-columns.repository.ts';

/** Whoever changes counters or roll-ups holds this advisory lock until the end of the transaction. */
export const foldLock = sql`hashtext('sightline:fold-stats')`;

/** The unique indexes of tables of counters: of sums over all places, and of single places. */
const uniqueKeys = {
  ALL: sql`(organization_id, bucket_at, task_id) where place_id is null`,
  PLACE: sql`(organization_id, place_id, bucket_at, task_id) where place_id is not null`,
};

/** Adds sums to the rows of a table of counters, or inserts them. */
export async function addToCounters(
  trx: Transaction<DB>,
  tally: Tally,
  counters: RawBuilder<unknown>,
  of: keyof typeof uniqueKeys,
): Promise<void> {
  const rows = tally.entries().map(toColumns);
  if (rows.length === 0) return;
  const { names, types } = typedColumns;
  await sql`
    insert into ${counters} as sum (${names})
    select ${names} from json_to_recordset(${JSON.stringify(rows)}::json) as added(${types})
    on conflict ${uniqueKeys[of]} do update set
      submitted = sum.submitted + excluded.submitted,
      succeeded = sum.succeeded + excluded.succeeded,
      failed = sum.failed + excluded.failed,
      canceled = sum.canceled + excluded.canceled,
      expired = sum.expired + excluded.expired,
      facings = sum.facings + excluded.facings,
      duration_ms = sum.duration_ms + excluded.duration_ms,
      latencies = sum_counts(sum.latencies, excluded.latencies),
      failures = sum_counts(sum.failures, excluded.failures),
      item_analyses = sum_counts(sum.item_analyses, excluded.item_analyses),
      item_facings = sum_counts(sum.item_facings, excluded.item_facings),
      facings_change = sum.facings_change + excluded.facings_change,
      item_analyses_change = sum_counts(sum.item_analyses_change, excluded.item_analyses_change),
      item_facings_change = sum_counts(sum.item_facings_change, excluded.item_facings_change)`.execute(trx);
}
