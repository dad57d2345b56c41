import { type Kysely, type RawBuilder, sql, type Transaction } from 'kysely';
import type { DB } from '../../database/types.generated.ts';
import type { MediaType } from '../../shared/media-type.ts';
import { Tally } from './counts.ts';
import { type CountsRow, fromColumns, toColumns, typedColumns } from './counts-columns.repository.ts';
import { countedMedia, statsTables } from './tables.ts';

/** A reader can sum this many changes in addition to the counters in a few milliseconds. */
const manyChanges = 200;
/** Age at which changes are folded even if there are few. */
const oldestSeconds = 60;
/** Changes per transaction. */
const changesAtOnce = 1_000;

/**
 * Adds changes to the counters if there are many or old ones. One process at a time does this, and no one waits for it, because
 * workers only append changes.
 * @returns how many it added.
 */
export async function foldStats(db: Kysely<DB>, stop?: AbortSignal): Promise<number> {
  let folded = 0;
  for (const mediaType of countedMedia) {
    if (!(await isDue(db, mediaType))) continue;
    for (let taken = changesAtOnce; taken === changesAtOnce && !stop?.aborted; folded += taken)
      taken = await db.transaction().execute((trx) => foldSome(trx, mediaType));
  }
  return folded;
}

async function isDue(db: Kysely<DB>, mediaType: MediaType): Promise<boolean> {
  const { rows } = await sql<{ due: boolean }>`
    select count(*) >= ${manyChanges} or min(created_at) < now() - ${oldestSeconds} * interval '1 second' as due
    from (select created_at from ${statsTables[mediaType].changes} order by id limit ${manyChanges}) first_ones`.execute(
    db,
  );
  return rows[0]!.due ?? false;
}

/** @returns how many changes it processed; 0 if another process is doing it. */
export async function foldSome(trx: Transaction<DB>, mediaType: MediaType): Promise<number> {
  const { changes } = statsTables[mediaType];
  const lock = await sql<{ mine: boolean }>`
    select pg_try_advisory_xact_lock(hashtext('sightline:fold-stats')) as mine`.execute(trx);
  if (!lock.rows[0]!.mine) return 0;
  const { rows } = await sql<CountsRow & { exists: boolean }>`
    with taken as (
      delete from ${changes} where id in (
        select id from ${changes} order by id limit ${changesAtOnce})
      returning *
    )
    select taken.*, exists (select from organization where id = taken.organization_id) as exists from taken`.execute(
    trx,
  );
  const [all, byPlace] = [new Tally(), new Tally()];
  for (const row of rows) {
    if (!row.exists) continue;
    const { key, counts } = fromColumns(row);
    all.add({ ...key, placeId: null }, counts);
    if (key.placeId !== null) byPlace.add(key, counts);
  }
  const { counters } = statsTables[mediaType];
  const [ofAll, ofPlaces] = [
    sql`(organization_id, bucket_at, task_id) where place_id is null`,
    sql`(organization_id, place_id, bucket_at, task_id) where place_id is not null`,
  ];
  await addToCounters(trx, all, { counters, unique: ofAll });
  await addToCounters(trx, byPlace, { counters, unique: ofPlaces });
  return rows.length;
}

async function addToCounters(
  trx: Transaction<DB>,
  tally: Tally,
  { counters, unique }: { counters: RawBuilder<unknown>; unique: RawBuilder<unknown> },
): Promise<void> {
  const rows = tally.entries().map(toColumns);
  if (rows.length === 0) return;
  const { names, types } = typedColumns;
  await sql`
    insert into ${counters} as sum (${names})
    select ${names} from json_to_recordset(${JSON.stringify(rows)}::json) as added(${types})
    on conflict ${unique} do update set
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
