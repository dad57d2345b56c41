import { type Kysely, sql, type Transaction } from 'kysely';
import type { DB } from '../../database/types.generated.ts';
import type { MediaType } from '../../shared/media-type.ts';
import { addToCounters, foldLock } from './counters.repository.ts';
import { Tally } from './counts.ts';
import { type CountsRow, fromColumns } from './counts-columns.repository.ts';
import { type RolledUnit, type RolledUntil, startOfUnit, unitMs } from './roll-ups.ts';
import { countedMedia, statsTables } from './tables.ts';

/** For this long after its end, an hour still gets many changes, which would all be written to the roll-ups as well. */
const openMinutes = 60;
const organizationsAtOnce = 100;

/** What each roll-up is the sum of. */
const sources = { HOUR: 'counters', DAY: 'hours' } as const;
const targets = { HOUR: 'hours', DAY: 'days' } as const;
const columns = { HOUR: sql.ref('hours_until'), DAY: sql.ref('days_until') };

/**
 * Sums the counters of hours and days that have ended, an hour or a day of an organisation in each transaction. Readers take the sums
 * that exist and counters for the rest, so it can be stopped at any time. It resumes where it was stopped, also in another process.
 * @returns how many hours and days it summed.
 */
export async function rollUpStats(db: Kysely<DB>, stop: AbortSignal): Promise<number> {
  if (!(await hasBegun(db))) return 0;
  let summed = 0;
  for (const mediaType of countedMedia)
    for (let after: string | null = null; !stop.aborted; ) {
      const organizationIds = await listDue(db, mediaType, after);
      if (organizationIds.length === 0) break;
      for (const organizationId of organizationIds) summed += await rollUp(db, { organizationId, mediaType }, stop);
      after = organizationIds.at(-1)!;
    }
  return summed;
}

/** Not while workers of a version without roll-ups may run. */
async function hasBegun(db: Kysely<DB>): Promise<boolean> {
  const { rows } = await sql`select from stats_rollup_start where begins_at <= now()`.execute(db);
  return rows.length > 0;
}

/** How far the counters of these organisations are rolled up. An organisation of which nothing is rolled up is left out. */
export async function findRolledUntil(
  db: Kysely<DB>,
  organizationIds: readonly string[],
  mediaType: MediaType,
): Promise<Map<string, RolledUntil>> {
  const { rows } = await sql<{ organization_id: string; hours_until: Date; days_until: Date }>`
    select organization_id, hours_until, days_until from stats_rollup
    where organization_id = any(${[...new Set(organizationIds)]}::uuid[]) and media_type = ${mediaType}`.execute(db);
  return new Map(rows.map((row) => [row.organization_id, { HOUR: row.hours_until, DAY: row.days_until }]));
}

/** Hours that began before have ended. Days end where hours are summed (of stats_rollup `r`), so that a counter that is added late is in both. */
const end = {
  HOUR: sql`date_bin('1 hour', now() - ${openMinutes} * interval '1 minute', timestamptz 'epoch')`,
  DAY: sql`date_bin('1 day', r.hours_until, timestamptz 'epoch')`,
};

/** Organisations with an hour or a day to sum, in the order of their ids. */
async function listDue(db: Kysely<DB>, mediaType: MediaType, after: string | null): Promise<string[]> {
  const due = (unit: RolledUnit) => sql`exists (
    select from ${statsTables[mediaType][sources[unit]]} source
    where source.organization_id = o.id and source.place_id is null and source.bucket_at < ${end[unit]}
      and source.bucket_at >= coalesce(r.${columns[unit]}, '-infinity'))`;
  const { rows } = await sql<{ id: string }>`
    select o.id from organization o left join stats_rollup r on r.organization_id = o.id and r.media_type = ${mediaType}
    where (${after}::uuid is null or o.id > ${after}) and (${due('HOUR')} or ${due('DAY')})
    order by o.id limit ${organizationsAtOnce}`.execute(db);
  return rows.map(({ id }) => id);
}

interface Rolled {
  organizationId: string;
  mediaType: MediaType;
}

/** Days after all hours, because they are sums of hours. */
async function rollUp(db: Kysely<DB>, rolled: Rolled, stop: AbortSignal): Promise<number> {
  let summed = 0;
  for (const unit of ['HOUR', 'DAY'] as const)
    while (!stop.aborted && (await db.transaction().execute((trx) => rollUpNext(trx, rolled, unit)))) summed++;
  return summed;
}

/** Sums the earliest hour or day that is not summed. @returns false: there is none. */
async function rollUpNext(trx: Transaction<DB>, rolled: Rolled, unit: RolledUnit): Promise<boolean> {
  const { organizationId, mediaType } = rolled;
  // Folding adds to roll-ups what changes later, so it must not run between reading and the new position.
  await sql`select pg_advisory_xact_lock(${foldLock})`.execute(trx);
  const organizations = await sql`select from organization where id = ${organizationId} for key share`.execute(trx);
  if (organizations.rows.length === 0) return false;
  await sql`
    insert into stats_rollup (organization_id, media_type, hours_until, days_until)
    values (${organizationId}, ${mediaType}, 'epoch', 'epoch') on conflict do nothing`.execute(trx);
  const { rows } = await sql<{ first: Date | null; end: Date }>`
    select ${end[unit]} as "end", (
      select bucket_at from ${statsTables[mediaType][sources[unit]]}
      where organization_id = r.organization_id and place_id is null and bucket_at >= r.${columns[unit]}
        and bucket_at < ${end[unit]}
      order by bucket_at limit 1) as first
    from stats_rollup r where r.organization_id = ${organizationId} and r.media_type = ${mediaType}`.execute(trx);
  const first = rows[0]!.first && startOfUnit(rows[0]!.first, unit);
  if (first) await sumOne(trx, rolled, unit, first);
  const reached = first ? new Date(first.getTime() + unitMs[unit]) : rows[0]!.end;
  await sql`
    update stats_rollup set ${columns[unit]} = ${reached}
    where organization_id = ${organizationId} and media_type = ${mediaType} and ${columns[unit]} < ${reached}`.execute(
    trx,
  );
  return first !== null;
}

async function sumOne(
  trx: Transaction<DB>,
  { organizationId, mediaType }: Rolled,
  unit: RolledUnit,
  from: Date,
): Promise<void> {
  const { [sources[unit]]: source, [targets[unit]]: target } = statsTables[mediaType];
  const { rows } = await sql<CountsRow>`
    select * from ${source} where organization_id = ${organizationId} and place_id is null
      and bucket_at >= ${from} and bucket_at < ${new Date(from.getTime() + unitMs[unit])}`.execute(trx);
  const tally = new Tally();
  for (const { key, counts } of rows.map(fromColumns)) tally.add({ ...key, bucketAt: from }, counts);
  await addToCounters(trx, tally, target, 'ALL');
}
