import type { Kysely } from 'kysely';
import type { DateTimeRange } from '../../database/filters.ts';
import { isUnknownTimeZone } from '../../database/sqlstate.ts';
import type { DB } from '../../database/types.generated.ts';
import type { Narrowing } from '../../shared/narrowing.ts';
import { ValidationError } from '../../user-error.ts';
import type { ResultBasis } from '../corrections/correction.ts';
import { arrange, type StatsGroup } from './arrange.ts';
import { bucketMs, bucketOf, type Counts } from './counts.ts';
import {
  type DividedQuery,
  findFirstBucket,
  isByPlace,
  listStarts,
  type StatsFilter,
  type StatsInterval,
  type StatsPeriod,
  type StatsQuery,
  sumCounts,
  sumItemCounts,
  sumMaps,
} from './read-stats.repository.ts';
import { findRolledUntil } from './roll-up.repository.ts';
import { divide, type Pieces } from './roll-ups.ts';

/** Maximum of a response: groups times intervals. */
export const maxBuckets = 1_000;

export type StatsRequest = Omit<StatsQuery, 'period'> & {
  createdAt: DateTimeRange | null;
  /** What the caller is limited to; null: nothing. */
  narrowing: Narrowing | null;
};

export interface Stats {
  /** The requested period, widened to whole quarters of an hour. */
  period: StatsPeriod;
  groups: StatsGroup[];
}

/** Reads counters only, whatever the period. @throws ValidationError */
export async function readStats(db: Kysely<DB>, { createdAt, narrowing, ...request }: StatsRequest): Promise<Stats> {
  checkTimeZone(request.timeZone);
  const narrowed = { ...request, filter: narrow(request.filter, narrowing) };
  const period = await findPeriod(db, narrowed, createdAt);
  if (period.from >= period.to) return { period, groups: [] };
  const query = { ...narrowed, period };
  try {
    const starts = await findStarts(db, query);
    return { period, groups: await readGroups(db, query, starts) };
  } catch (error) {
    throw isUnknownTimeZone(error) ? invalidTimeZone(request.timeZone) : error;
  }
}

/** The values that both filters allow. */
function narrow(filter: StatsFilter, narrowing: Narrowing | null): StatsFilter {
  const both = (wanted: readonly string[] | undefined, seen: readonly string[] | null | undefined) =>
    seen == null ? wanted : (wanted?.filter((id) => seen.includes(id)) ?? seen);
  return {
    ...filter,
    taskIds: both(filter.taskIds, narrowing?.taskIds),
    placeIds: both(filter.placeIds, narrowing?.placeIds),
  };
}

export interface PlaceCounts {
  placeId: string;
  counts: Counts;
}

/** The counts of all analyses of each of these places; places without analyses are left out. */
export async function readPlaceCounts(
  db: Kysely<DB>,
  organizationId: string,
  placeIds: readonly string[],
  { narrowing, basis }: { narrowing: Narrowing | null; basis: ResultBasis },
): Promise<PlaceCounts[]> {
  const query: DividedQuery = {
    organizationId,
    mediaType: 'IMAGE',
    period: always,
    pieces: { DAY: [], HOUR: [], QUARTER_HOUR: [always] },
    filter: narrow({ placeIds }, narrowing),
    interval: null,
    timeZone: 'UTC',
    groupBy: 'PLACE',
    basis,
  };
  const [rows, maps] = await Promise.all([sumCounts(db, query, placeIds.length), sumMaps(db, query)]);
  return arrange({ rows, maps }, [null], always, 'PLACE').map(({ key, total }) => ({
    placeId: key.placeId!,
    counts: total,
  }));
}

const always = { from: new Date(0), to: new Date('9999-12-31T00:00:00Z') };

async function readGroups(
  db: Kysely<DB>,
  undivided: StatsQuery,
  starts: readonly (Date | null)[],
): Promise<StatsGroup[]> {
  const query = { ...undivided, pieces: await findPieces(db, undivided, starts) };
  const ofItems = query.groupBy === 'ITEM' || query.filter.itemIds !== undefined;
  const rows = await (ofItems ? sumItemCounts : sumCounts)(db, query, maxBuckets + 1);
  if (rows.length > maxBuckets) throw tooMany(`more than ${maxBuckets} buckets`);
  const groups = arrange({ rows, maps: ofItems ? [] : await sumMaps(db, query) }, starts, query.period, query.groupBy);
  if (groups.length * starts.length > maxBuckets)
    throw tooMany(
      `${groups.length} groups of ${starts.length} intervals each, which is more than ${maxBuckets} buckets`,
    );
  return groups;
}

/** What is rolled up stays so, so the position may be read before the rows. */
async function findPieces(db: Kysely<DB>, query: StatsQuery, starts: readonly (Date | null)[]): Promise<Pieces> {
  const { organizationId, mediaType, period } = query;
  const until = isByPlace(query)
    ? undefined
    : (await findRolledUntil(db, [organizationId], mediaType)).get(organizationId);
  if (!until) return { DAY: [], HOUR: [], QUARTER_HOUR: [period] };
  return divide(
    period,
    starts.filter((start) => start !== null),
    until,
  );
}

async function findPeriod(
  db: Kysely<DB>,
  query: Omit<StatsQuery, 'period'>,
  createdAt: DateTimeRange | null,
): Promise<StatsPeriod> {
  if (createdAt?.from && createdAt.to && createdAt.from >= createdAt.to)
    throw new ValidationError([{ path: ['filter', 'createdAt'], message: 'from is not before to.' }]);
  const to = new Date(Math.ceil((createdAt?.to ?? new Date()).getTime() / bucketMs) * bucketMs);
  const from = createdAt?.from ?? (await findFirstBucket(db, query)) ?? to;
  return { from: bucketOf(from), to };
}

const shortestMs: Record<StatsInterval, number> = {
  QUARTER_HOUR: bucketMs,
  HOUR: 3_600_000,
  DAY: 86_400_000,
  WEEK: 7 * 86_400_000,
  MONTH: 28 * 86_400_000,
};

async function findStarts(db: Kysely<DB>, query: StatsQuery): Promise<(Date | null)[]> {
  const { period, interval } = query;
  if (interval === null) return [null];
  // An estimate before the database lists them; time zones and months change it slightly.
  const about = Math.floor((period.to.getTime() - period.from.getTime()) / shortestMs[interval]);
  const starts = about > 1.2 * maxBuckets ? null : await listStarts(db, query);
  if (starts === null || starts.length > maxBuckets)
    throw tooMany(`${starts?.length ?? `about ${about}`} intervals, which is more than ${maxBuckets} buckets`);
  return starts;
}

function tooMany(found: string): ValidationError {
  return new ValidationError([
    {
      path: ['interval'],
      message: `The answer would have ${found}. Choose a longer interval, a shorter period (filter.createdAt), or a filter that leaves fewer groups.`,
    },
  ]);
}

/** Names only, because PostgreSQL interprets an offset such as +05:45 with the opposite sign. */
function checkTimeZone(timeZone: string): void {
  try {
    new Intl.DateTimeFormat('en', { timeZone });
    if (/^[A-Za-z]/.test(timeZone)) return;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  throw invalidTimeZone(timeZone);
}

function invalidTimeZone(timeZone: string): ValidationError {
  const message = `"${timeZone}" is not the name of a time zone. Use one of the IANA database, for example Europe/Berlin.`;
  return new ValidationError([{ path: ['timeZone'], message }]);
}
