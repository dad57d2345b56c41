import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { DB } from './types.generated.ts';

/** What workers bring up to date after an upgrade. */
export type BackfillName = 'statistics' | 'sums of tasks' | 'places of batches' | 'times of pictures';

export interface Backfill {
  name: BackfillName;
  of: 'analyses' | 'batches';
  /** Exact while it is less than {@link mostCounted}, otherwise an estimate. */
  left: number;
  /** null: at once. For a migration that is pending: as if it ran now. */
  beginsAt: Date | null;
}

/** Counting these takes some milliseconds. */
const mostCounted = 10_000;

/** Those that have something left, also of migrations that are pending. */
export async function listBackfills(db: Kysely<DB>): Promise<Backfill[]> {
  const left = async (name: BackfillName, needs: string, table: string) =>
    (await exists(db, needs)) ? countLeft(db, name) : estimateRows(db, table);
  const all: Backfill[] = [
    {
      name: 'statistics',
      of: 'analyses',
      left: await left('statistics', 'analysis_stats_backfill', 'analysis'),
      beginsAt: null,
    },
    {
      name: 'sums of tasks',
      of: 'analyses',
      left: await left('sums of tasks', 'task_sum_backfill', 'analysis'),
      beginsAt: await readBeginning(db),
    },
    {
      name: 'places of batches',
      of: 'batches',
      left: await left('places of batches', 'batch_without_places', 'batch'),
      beginsAt: null,
    },
    {
      name: 'times of pictures',
      of: 'analyses',
      left: await left('times of pictures', 'analysis_without_taken_at', 'analysis'),
      beginsAt: null,
    },
  ];
  return all.filter(({ left }) => left > 0);
}

/** About how many rows this one has left, of a database that is migrated. */
export async function countLeft(db: Kysely<DB>, name: BackfillName): Promise<number> {
  switch (name) {
    case 'statistics':
      return countAfter(db, sql`analysis_stats_backfill`, sql`counted is null`);
    case 'sums of tasks':
      return countAfter(db, sql`task_sum_backfill`, sql`true`);
    case 'places of batches':
      return countIndexed(db, 'batch_without_places', sql`batch where place_ids is null order by organization_id, id`);
    case 'times of pictures':
      return countIndexed(
        db,
        'analysis_without_taken_at',
        sql`analysis where place_id is not null and counted is not false and taken_at is null
          order by organization_id, place_id, id`,
      );
  }
}

/** By how much of the time between the first and the last analysis lies behind the position: ids begin with their time. */
async function countAfter(db: Kysely<DB>, table: RawBuilder<unknown>, isOld: RawBuilder<unknown>): Promise<number> {
  const { rows } = await sql<{ after: string; seen: number; old: number; first: string | null; last: string | null }>`
    select b.after, next.seen, next.old, (select id from analysis order by id limit 1) as first,
      (select id from analysis order by id desc limit 1) as last
    from ${table} b cross join lateral (
      select count(*)::int as seen, (count(*) filter (where ${isOld}))::int as old
      from (select counted from analysis where id > b.after order by id limit ${mostCounted}) ahead) next
    where b.finished_at is null`.execute(db);
  const [row] = rows;
  if (row === undefined) return 0;
  if (row.seen < mostCounted) return row.old;
  const [first, last] = [timeOf(row.first!), timeOf(row.last!)];
  const share = last > first ? Math.min((last - timeOf(row.after)) / (last - first), 1) : 1;
  // A version since may have submitted some of them.
  const estimate = (await estimateRows(db, 'analysis')) * share * (row.old / row.seen);
  return Math.max(Math.round(estimate), row.old);
}

function timeOf(uuid: string): number {
  return Number.parseInt(uuid.replaceAll('-', '').slice(0, 12), 16);
}

/** By an index that has only what is left; PostgreSQL counts its rows when it vacuums. @param rows in the order of the index */
async function countIndexed(db: Kysely<DB>, index: string, from: RawBuilder<unknown>): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*)::int as count from (select from ${from} limit ${mostCounted}) remaining`.execute(db);
  const { count } = rows[0]!;
  return count < mostCounted ? count : Math.max(await estimateRows(db, index), mostCounted);
}

/** 0 if there is no such table or index. */
async function estimateRows(db: Kysely<DB>, relation: string): Promise<number> {
  const { rows } = await sql<{ rows: number }>`
    select greatest(reltuples, 0)::float8 as rows from pg_class where oid = to_regclass(${relation})`.execute(db);
  return rows[0]?.rows ?? 0;
}

async function exists(db: Kysely<DB>, relation: string): Promise<boolean> {
  const { rows } = await sql<{ exists: boolean }>`select to_regclass(${relation}) is not null as exists`.execute(db);
  return rows[0]!.exists;
}

async function readBeginning(db: Kysely<DB>): Promise<Date | null> {
  const { rows } = (await exists(db, 'task_sum_backfill'))
    ? await sql<{ at: Date }>`select begins_at as at from task_sum_backfill where begins_at > now()`.execute(db)
    : await sql<{ at: Date }>`select now() + interval '24 hours' as at`.execute(db);
  return rows[0]?.at ?? null;
}
