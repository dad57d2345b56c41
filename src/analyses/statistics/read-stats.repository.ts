import { type Kysely, type RawBuilder, type SqlBool, sql } from 'kysely';
import type { DB } from '../../database/types.generated.ts';
import type { MediaType } from '../../shared/media-type.ts';
import type { ResultBasis } from '../corrections/correction.ts';
import type { Counts } from './counts.ts';
import type { Pieces, Range } from './roll-ups.ts';
import { statsTables } from './tables.ts';

/** From the first quarter of an hour to the last one before `to`. */
export type StatsPeriod = Range;

/** An absent filter does not restrict. */
export interface StatsFilter {
  taskIds?: readonly string[] | undefined;
  placeIds?: readonly string[] | undefined;
  /** Counts only analyses that found one of these, and facings of these. */
  itemIds?: readonly string[] | undefined;
}

export type StatsInterval = 'QUARTER_HOUR' | 'HOUR' | 'DAY' | 'WEEK' | 'MONTH';
export type StatsGroupBy = 'STATUS' | 'TASK' | 'PLACE' | 'ITEM';

export interface StatsQuery {
  organizationId: string;
  /** What the counted analyses are of. */
  mediaType: MediaType;
  period: StatsPeriod;
  filter: StatsFilter;
  /** null: the whole period is one interval. */
  interval: StatsInterval | null;
  /** IANA name. */
  timeZone: string;
  groupBy: StatsGroupBy | null;
  /** Whether facings count as they were found, or as corrected. */
  basis: ResultBasis;
}

/** Sums of one interval and group. The facings are those of the basis. */
export interface StatsRow
  extends Pick<Counts, 'submitted' | 'succeeded' | 'failed' | 'canceled' | 'expired' | 'facings' | 'durationMs'> {
  /** Start of the interval; null: there is one. */
  start: Date | null;
  /** Task, place or item of the group; null: the group of all. */
  group: string | null;
}

const units = { QUARTER_HOUR: '15 minutes', HOUR: 'hour', DAY: 'day', WEEK: 'week', MONTH: 'month' } as const;

/** The start of the interval that a time is in, in the time zone. Weeks begin on Monday. */
function startOf(time: RawBuilder<unknown>, interval: StatsInterval | null, timeZone: string): RawBuilder<Date | null> {
  if (interval === null) return sql`null::timestamptz`;
  if (interval === 'QUARTER_HOUR') return sql`${time}`;
  return sql`date_trunc(${units[interval]}, ${time}, ${timeZone})`;
}

/** When the earliest of the counted analyses was submitted, to the quarter of an hour; null: none is counted. */
export async function findFirstBucket(db: Kysely<DB>, query: Omit<StatsQuery, 'period'>): Promise<Date | null> {
  const { counters, changes } = statsTables[query.mediaType];
  const { ofCounters, ofChanges } = conditionsOf(query);
  const { rows } = await sql<{ first: Date | null }>`
    select least(
      (select bucket_at from ${counters} where ${ofCounters} order by bucket_at limit 1),
      (select bucket_at from ${changes} where ${ofChanges} order by bucket_at limit 1)) as first`.execute(db);
  return rows[0]!.first;
}

/**
 * The starts of all intervals that overlap a period, in order. They are found by sampling the period, so that they always equal the
 * values that rows are grouped by, also for days of 23 and 25 hours and hours that occur twice.
 * @throws the database's error 22023 for an unknown time zone
 */
export async function listStarts(
  db: Kysely<DB>,
  { period: { from, to }, interval, timeZone }: Pick<StatsQuery, 'period' | 'interval' | 'timeZone'>,
): Promise<Date[]> {
  // Days begin at a full hour or quarter of an hour of UTC.
  const step = interval === 'QUARTER_HOUR' || interval === 'HOUR' ? '15 minutes' : '1 hour';
  const last = new Date(to.getTime() - 1);
  const { rows } = await sql<{ start: Date }>`
    select distinct ${startOf(sql`probe`, interval, timeZone)} as start from (
      select generate_series(${from}::timestamptz, ${last}::timestamptz, ${step}::interval) as probe
      union all select ${last}::timestamptz) probes
    order by start`.execute(db);
  return rows.map(({ start }) => start);
}

/** A query, and the rows that answer it. */
export interface DividedQuery extends StatsQuery {
  /** Of sums over all places; sums of single places are only read by quarters of an hour. */
  pieces: Pieces;
}

/** Whether the counters of places answer it, and not the sums over all places. */
export function isByPlace({ filter, groupBy }: Pick<StatsQuery, 'filter' | 'groupBy'>): boolean {
  return filter.placeIds !== undefined || groupBy === 'PLACE';
}

/** Sums by interval and group, at most `limit`. */
export async function sumCounts(db: Kysely<DB>, query: DividedQuery, limit: number): Promise<StatsRow[]> {
  const { groupBy, interval, timeZone, basis } = query;
  const facings = basis === 'FOUND' ? sql`facings` : sql`facings + facings_change`;
  const { rows } = await sql<StatsRow>`
    select ${startOf(sql`bucket_at`, interval, timeZone)} as start, ${groupOf(groupBy)} as "group",
      sum(submitted)::float8 as submitted, sum(succeeded)::float8 as succeeded, sum(failed)::float8 as failed,
      sum(canceled)::float8 as canceled, sum(expired)::float8 as expired, sum(${facings})::float8 as facings,
      sum(duration_ms)::float8 as "durationMs"
    from (${bucketsOf(query)}) bucket group by 1, 2
    having sum(submitted) <> 0
    limit ${limit}`.execute(db);
  return rows;
}

/** The same for analyses that found an item: by item if the query groups by it, otherwise for all items of its filter. */
export async function sumItemCounts(db: Kysely<DB>, query: DividedQuery, limit: number): Promise<StatsRow[]> {
  const { groupBy, interval, timeZone, filter } = query;
  const wanted = filter.itemIds === undefined ? sql`` : sql`where found.item = any(${[...filter.itemIds]}::text[])`;
  // Both maps are expanded once per bucket. Looking up each key of one in the other took ten times as long.
  const { rows } = await sql<StatsRow>`
    select ${startOf(sql`bucket_at`, interval, timeZone)} as start,
      ${groupBy === 'ITEM' ? sql`found.item` : groupOf(groupBy)} as "group",
      sum(found.analyses) as submitted, sum(found.analyses) as succeeded, 0 as failed, 0 as canceled, 0 as expired,
      sum(found.facings) as facings, 0 as "durationMs"
    from (${bucketsOf(query)}) bucket cross join lateral (
      select key as item, value::float8 as analyses, 0 as facings from jsonb_each_text(item_analyses)
      union all select key, 0, value::float8 from jsonb_each_text(item_facings)
      ${query.basis === 'FOUND' ? sql`` : itemChanges}) found
    ${wanted} group by 1, 2 having sum(found.analyses) <> 0 limit ${limit}`.execute(db);
  return rows;
}

const itemChanges = sql`
  union all select key, value::float8, 0 from jsonb_each_text(item_analyses_change)
  union all select key, 0, value::float8 from jsonb_each_text(item_facings_change)`;

/** A count of latencies or failures, of one interval and group. */
export interface MapRow {
  start: Date | null;
  group: string | null;
  map: 'latencies' | 'failures';
  key: string;
  count: number;
}

export async function sumMaps(db: Kysely<DB>, query: DividedQuery): Promise<MapRow[]> {
  const { groupBy, interval, timeZone } = query;
  const { rows } = await sql<MapRow>`
    select ${startOf(sql`bucket_at`, interval, timeZone)} as start, ${groupOf(groupBy)} as "group", entry.map, entry.key,
      sum(entry.count::float8) as count
    from (${bucketsOf(query)}) bucket cross join lateral (
      select 'latencies' as map, key, value as count from jsonb_each_text(latencies)
      union all select 'failures', key, value from jsonb_each_text(failures)) entry
    group by 1, 2, 3, 4`.execute(db);
  return rows;
}

function groupOf(groupBy: StatsGroupBy | null): RawBuilder<string | null> {
  if (groupBy === 'TASK') return sql`task_id::text`;
  return groupBy === 'PLACE' ? sql`place_id` : sql`null::text`;
}

/** The counters, their sums and the pending changes, in one statement, because folding moves changes to the others. */
function bucketsOf(query: DividedQuery): RawBuilder<unknown> {
  const { pieces, period, mediaType } = query;
  const { counters, hours, days, changes } = statsTables[mediaType];
  const { ofCounters, ofChanges } = conditionsOf(query);
  const sources = [
    { table: counters, condition: ofCounters, ranges: pieces.QUARTER_HOUR },
    { table: hours, condition: ofCounters, ranges: pieces.HOUR },
    { table: days, condition: ofCounters, ranges: pieces.DAY },
    { table: changes, condition: ofChanges, ranges: [period] },
  ];
  const selects = sources
    .filter(({ ranges }) => ranges.length > 0)
    .map(
      ({ table, condition, ranges }) => sql`
        select bucket_at, task_id, place_id, submitted, succeeded, failed, canceled, expired, facings, duration_ms, latencies,
          failures, item_analyses, item_facings, facings_change, item_analyses_change, item_facings_change
        from ${table} where ${condition} and ${within(ranges)}`,
    );
  return sql.join(selects, sql` union all `);
}

/** Each range by itself, because the planner misjudges a join with a list of ranges and then reads the table from end to end. */
function within(ranges: readonly Range[]): RawBuilder<SqlBool> {
  const each = ranges.map(({ from, to }) => sql`bucket_at >= ${from} and bucket_at < ${to}`);
  return sql<SqlBool>`(${sql.join(each, sql` or `)})`;
}

/** A query without a place reads the sums over all places. */
function conditionsOf(query: Pick<StatsQuery, 'organizationId' | 'filter' | 'groupBy'>) {
  const { taskIds, placeIds } = query.filter;
  const ofTasks = taskIds === undefined ? sql`true` : sql`task_id = any(${[...taskIds]}::uuid[])`;
  const ofAll = sql<SqlBool>`organization_id = ${query.organizationId} and ${ofTasks}`;
  const ofPlaces = placeIds ? sql`place_id = any(${[...placeIds]}::text[])` : sql`place_id is not null`;
  const byPlace = isByPlace(query);
  return {
    ofCounters: sql`${ofAll} and ${byPlace ? ofPlaces : sql`place_id is null`}`,
    ofChanges: sql`${ofAll} and ${byPlace ? ofPlaces : sql`true`}`,
  };
}
