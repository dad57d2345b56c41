import { type Kysely, type RawBuilder, sql, type Transaction } from 'kysely';
import type { DB } from '../../database/types.generated.ts';
import { untilDone } from '../../shared/until-done.ts';

/** As for other statistics (statistics/fold.repository.ts). */
const manyChanges = 200;
const oldestSeconds = 60;
const changesAtOnce = 1_000;

/**
 * Adds changes to the sums of tasks if there are many or old ones. One process at a time does this, and no one waits for it.
 * @returns how many it added.
 */
export async function foldTaskSums(db: Kysely<DB>, stop?: AbortSignal): Promise<number> {
  return (await isDue(db)) ? untilDone(changesAtOnce, () => db.transaction().execute(foldSomeTaskSums), stop) : 0;
}

async function isDue(db: Kysely<DB>): Promise<boolean> {
  const { rows } = await sql<{ due: boolean }>`
    select count(*) >= ${manyChanges} or min(created_at) < now() - ${oldestSeconds} * interval '1 second' as due
    from (select created_at from task_sum_change order by id limit ${manyChanges}) first_ones`.execute(db);
  return rows[0]!.due ?? false;
}

const counts = sql`succeeded, failed, canceled, expired, duration_us`;

/** The units of each table that a change is added to, with the start of the one that it is in. */
const units = {
  task_sum: sql`
    ('ALL', timestamptz 'epoch'), ('DAY', date_bin('1 day', kept.starts_at, timestamptz 'epoch')),
    ('HOUR', date_bin('1 hour', kept.starts_at, timestamptz 'epoch')), ('QUARTER_HOUR', kept.starts_at)`,
  task_place_sum: sql`('ALL', timestamptz 'epoch'), ('QUARTER_HOUR', kept.starts_at)`,
};

/** @returns how many changes it processed; 0 if another process is doing it. */
export async function foldSomeTaskSums(trx: Transaction<DB>): Promise<number> {
  const lock = await sql<{ mine: boolean }>`
    select pg_try_advisory_xact_lock(hashtext('sightline:fold-task-sums')) as mine`.execute(trx);
  if (!lock.rows[0]!.mine) return 0;
  const { rows } = await sql<{ taken: number }>`
    with taken as (
      delete from task_sum_change where id in (
        select id from task_sum_change order by id limit ${changesAtOnce})
      returning *
    ),
    kept as (select * from taken where exists (select from organization where id = taken.organization_id)),
    of_tasks as (${add('task_sum', sql`organization_id, task_id, unit, starts_at`)}),
    of_places as (${add('task_place_sum', sql`organization_id, task_id, place_id, unit, starts_at`)})
    select count(*)::int as taken from taken`.execute(trx);
  if (rows[0]!.taken > 0)
    for (const table of ['task_sum', 'task_place_sum'])
      await sql`
        delete from ${sql.table(table)} where succeeded = 0 and failed = 0 and canceled = 0 and expired = 0`.execute(
        trx,
      );
  return rows[0]!.taken;
}

/** Adds the changes `kept` to a table of sums. */
function add(table: keyof typeof units, key: RawBuilder<unknown>): RawBuilder<unknown> {
  const ofPlaces = table === 'task_place_sum' ? sql`where kept.place_id is not null` : sql``;
  return sql`
    insert into ${sql.table(table)} as s (${key}, ${counts}, shelf, shelf_change)
    select ${key}, sum(succeeded), sum(failed), sum(canceled), sum(expired), sum(duration_us),
      coalesce(jsonb_object_agg(item, sums) filter (where not is_change), '{}'),
      coalesce(jsonb_object_agg(item, sums) filter (where is_change), '{}')
    from (
      with spread as materialized (
        select kept.organization_id, task_id, place_id, unit.unit, unit.starts_at, ${counts}, shelf, shelf_change
        from kept cross join lateral (values ${units[table]}) unit(unit, starts_at) ${ofPlaces}
      )
      select ${key}, ${counts}, null as item, null::boolean as is_change, null::jsonb as sums from spread
      union all
      select ${key}, 0, 0, 0, 0, 0, item, is_change, jsonb_build_array(
        sum((used -> 0)::numeric), sum((used -> 1)::numeric), sum((used -> 2)::numeric))
      from spread cross join lateral (
        select key as item, value as used, false as is_change from jsonb_each(shelf)
        union all select key, value, true from jsonb_each(shelf_change)) part
      group by ${key}, item, is_change
    ) added group by ${key}
    on conflict (${key}) do update set
      succeeded = s.succeeded + excluded.succeeded,
      failed = s.failed + excluded.failed,
      canceled = s.canceled + excluded.canceled,
      expired = s.expired + excluded.expired,
      duration_us = s.duration_us + excluded.duration_us,
      shelf = sum_shelves(s.shelf, excluded.shelf),
      shelf_change = sum_shelves(s.shelf_change, excluded.shelf_change)`;
}
