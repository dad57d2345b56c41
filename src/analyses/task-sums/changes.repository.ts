import { type RawBuilder, type SqlBool, sql, type Transaction } from 'kysely';
import type { DB } from '../../database/types.generated.ts';

/** The backfill holds this advisory lock alone, and whoever records changes shares it until the end of the transaction. */
export const backfillLock = sql`hashtext('sightline:sum-old-analyses')`;

/** Records that analyses have ended; those of these that have not are left out. Their rows must be stored with their outcomes. */
export async function sumEnded(trx: Transaction<DB>, ids: readonly string[]): Promise<void> {
  await record(trx, ids, endedChanges(isOneOf(ids), 1));
}

/** Records that ended analyses are about to be removed. */
export async function unsumRemoved(trx: Transaction<DB>, ids: readonly string[]): Promise<void> {
  await record(trx, ids, endedChanges(isOneOf(ids), -1));
}

/** Records what corrections change in the results of these. */
export async function sumEffects(trx: Transaction<DB>, ids: readonly string[]): Promise<void> {
  await record(trx, ids, changesOf(isOneOf(ids), effects(1)));
}

/** Records that this is about to change. */
export async function unsumEffects(trx: Transaction<DB>, ids: readonly string[]): Promise<void> {
  await record(trx, ids, changesOf(isOneOf(ids), effects(-1)));
}

const isOneOf = (ids: readonly string[]) => sql<SqlBool>`a.id = any(${[...ids]}::uuid[])`;

/**
 * The lock is waited for after the rows of the analyses have been changed, and before it is read how far the backfill is. So it is either
 * before this transaction, which then records the change, or after it and finds the outcome.
 */
async function record(trx: Transaction<DB>, ids: readonly string[], changes: RawBuilder<unknown>): Promise<void> {
  if (ids.length === 0) return;
  await sql`
    select pg_advisory_xact_lock_shared(${backfillLock}) from task_sum_backfill where finished_at is null`.execute(trx);
  await changes.execute(trx);
}

/** The statement that appends the sums of ended analyses `a`, times `sign`. */
export function endedChanges(which: RawBuilder<SqlBool>, sign: 1 | -1): RawBuilder<unknown> {
  const count = (status: string) => sql`${sql.lit(sign)} * count(*) filter (where status = ${sql.lit(status)})`;
  const duration = sql`extract(epoch from duration) * 1000000`;
  return changesOf(
    which,
    sql`
    select ${keys}, null as item, null::boolean as is_change, null::jsonb as sums, ${count('SUCCEEDED')} as succeeded,
      ${count('FAILED')} as failed, ${count('CANCELED')} as canceled, ${count('EXPIRED')} as expired,
      ${sql.lit(sign)} * coalesce(sum(${duration}) filter (where status = 'SUCCEEDED'), 0) as duration_us
    from ended group by ${keys}
    union all ${perItem(sign, false, sql`analysis_item`)}
    union all ${perItem(
      sign,
      false,
      sql`(
      select organization_id, analysis_id, null::uuid as catalog_item_id, unnamed_facings as facings, unnamed_area as area,
        unnamed_width as width
      from analysis_result where unnamed_facings > 0)`,
    )}
    union all ${effects(sign)}`,
  );
}

const keys = sql`organization_id, task_id, place_id, starts_at`;

const effects = (sign: 1 | -1) => perItem(sign, true, sql`correction_effect`);

/** The shelves of `ended`, item by item. As text, because the conversion of a float to numeric rounds. */
function perItem(sign: 1 | -1, isChange: boolean, source: RawBuilder<unknown>): RawBuilder<unknown> {
  const exact = (column: string) => sql`${sql.lit(sign)} * sum(${sql.ref(`i.${column}`)}::text::numeric)`;
  return sql`
    select ended.organization_id, task_id, place_id, starts_at, coalesce(i.catalog_item_id::text, '') as item,
      ${sql.lit(isChange)} as is_change, jsonb_build_array(${exact('facings')}, ${exact('area')}, ${exact('width')}) as sums,
      0 as succeeded, 0 as failed, 0 as canceled, 0 as expired, 0 as duration_us
    from ended join ${source} i on i.organization_id = ended.organization_id and i.analysis_id = ended.id
    group by ended.organization_id, task_id, place_id, starts_at, i.catalog_item_id`;
}

/** One row for each task, place and quarter of an hour of those that the backfill has come to. @param parts of `ended`, to be summed */
function changesOf(which: RawBuilder<SqlBool>, parts: RawBuilder<unknown>): RawBuilder<unknown> {
  const shelf = (isChange: boolean) => sql`
    coalesce(jsonb_object_agg(item, sums) filter (where is_change = ${sql.lit(isChange)}), '{}')`;
  return sql`
    with ended as (
      select a.id, a.organization_id, a.task_id, a.place_id, a.status, a.finished_at - a.started_at as duration,
        date_bin('15 minutes', a.created_at, timestamptz 'epoch') as starts_at
      from analysis a
      where ${which} and a.finished_at is not null and a.id <= (select after from task_sum_backfill)
    )
    insert into task_sum_change (${keys}, succeeded, failed, canceled, expired, duration_us, shelf, shelf_change)
    select ${keys}, sum(succeeded), sum(failed), sum(canceled), sum(expired), sum(duration_us), ${shelf(false)}, ${shelf(true)}
    from (${parts}) part group by ${keys}`;
}
