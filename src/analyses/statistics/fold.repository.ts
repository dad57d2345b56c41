import { type Kysely, sql, type Transaction } from 'kysely';
import type { DB } from '../../database/types.generated.ts';
import type { MediaType } from '../../shared/media-type.ts';
import { untilDone } from '../../shared/until-done.ts';
import { addToCounters, foldLock } from './counters.repository.ts';
import { Tally } from './counts.ts';
import { type CountsRow, fromColumns } from './counts-columns.repository.ts';
import { findRolledUntil } from './roll-up.repository.ts';
import { startOfUnit } from './roll-ups.ts';
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
    folded += await untilDone(changesAtOnce, () => db.transaction().execute((trx) => foldSome(trx, mediaType)), stop);
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

/** @returns how many changes it processed; 0 if another process is doing it, or is rolling up. */
export async function foldSome(trx: Transaction<DB>, mediaType: MediaType): Promise<number> {
  const { counters, hours, days, changes } = statsTables[mediaType];
  const lock = await sql<{ mine: boolean }>`select pg_try_advisory_xact_lock(${foldLock}) as mine`.execute(trx);
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
  const [all, byPlace, byHour, byDay] = [new Tally(), new Tally(), new Tally(), new Tally()];
  const rolledUntil = await findRolledUntil(
    trx,
    rows.map((row) => row.organization_id),
    mediaType,
  );
  for (const row of rows) {
    if (!row.exists) continue;
    const { key, counts } = fromColumns(row);
    const ofAll = { ...key, placeId: null };
    all.add(ofAll, counts);
    if (key.placeId !== null) byPlace.add(key, counts);
    const until = rolledUntil.get(key.organizationId);
    if (until && row.bucket_at < until.HOUR)
      byHour.add({ ...ofAll, bucketAt: startOfUnit(row.bucket_at, 'HOUR') }, counts);
    if (until && row.bucket_at < until.DAY)
      byDay.add({ ...ofAll, bucketAt: startOfUnit(row.bucket_at, 'DAY') }, counts);
  }
  await addToCounters(trx, all, counters, 'ALL');
  await addToCounters(trx, byPlace, counters, 'PLACE');
  await addToCounters(trx, byHour, hours, 'ALL');
  await addToCounters(trx, byDay, days, 'ALL');
  return rows.length;
}
