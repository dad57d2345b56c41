import { type Kysely, sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { countOldAnalyses } from '../../../src/analyses/statistics/backfill.repository.ts';
import { rollUpStats } from '../../../src/analyses/statistics/roll-up.repository.ts';
import { readStats as read } from '../../../src/analyses/statistics/stats.service.ts';
import type { DB } from '../../../src/database/types.generated.ts';
import { decodeId, encodeId, newId } from '../../../src/ids.ts';
import { explainQueries } from '../../support/query-plans.ts';
import { createTask } from '../../support/recognition.ts';
import { startTestSightline, type TestSightline } from '../../support/sightline.ts';
import { createUser, type User } from '../../support/user.ts';
import { foldAll, readStats, type StatsVariables } from './client.ts';

let sightline: TestSightline;
let db: Kysely<DB>;
let user: User;
let organizationId: string;
let taskIds: string[];
let itemIds: string[];

beforeAll(async () => {
  sightline = await startTestSightline();
  db = sightline.database.db;
});
afterAll(() => sightline?.close());
beforeEach(async () => {
  const tenant = await sightline.createTenant();
  organizationId = tenant.organizationId;
  user = createUser({ url: sightline.url, apiKey: tenant.apiKey });
  taskIds = [decodeId('task', await createTask(user))!, decodeId('task', await createTask(user))!];
  itemIds = [newId(), newId(), newId()];
  await sql`
    insert into catalog_item (id, organization_id, status, name) select id, ${organizationId}, 'ACTIVE', 'Item'
    from unnest(${itemIds}::uuid[]) id`.execute(db);
  return () => user.close();
});

/** Ended analyses at random times of the last ten days, which are not counted yet. */
async function insertEnded(count: number): Promise<void> {
  const rows = Array.from({ length: count }, (_, index) => ({
    id: newId(),
    taskId: taskIds[index % 2],
    status: index % 5 === 0 ? 'FAILED' : 'SUCCEEDED',
    placeId: index % 3 === 0 ? null : `place ${index % 3}`,
    hoursAgo: Math.random() * 240,
    itemId: itemIds[index % 3],
    facings: 1 + (index % 4),
  }));
  await sql`
    with made as (
      insert into analysis (id, organization_id, task_id, status, failure_code, failure_message, failure_retryable, priority, pipeline,
        place_id, detection_count, created_at, started_at, finished_at)
      select id, ${organizationId}, "taskId", status, case status when 'FAILED' then 'ENGINE_CRASHED' end,
        case status when 'FAILED' then 'It ended.' end, case status when 'FAILED' then false end, 0, 'shelf@1', "placeId",
        case status when 'FAILED' then 0 else facings end, at, at, at + interval '2 s'
      from (select *, now() - "hoursAgo" * interval '1 hour' as at from json_to_recordset(${JSON.stringify(rows)}::json) as made(
        id uuid, "taskId" uuid, status text, "placeId" text, "hoursAgo" float8, facings int)) made
      returning id, status
    )
    insert into analysis_item (analysis_id, catalog_item_id, organization_id, facings, area, width)
    select made.id, "itemId", ${organizationId}, facings, 0, 0
    from json_to_recordset(${JSON.stringify(rows)}::json) as found(id uuid, "itemId" uuid, facings int) join made using (id)
    where made.status = 'SUCCEEDED'`.execute(db);
  await sql`update analysis_stats_backfill set after = '00000000-0000-0000-0000-000000000000'`.execute(db);
  await countOldAnalyses(db, new AbortController().signal);
}

const rollUp = () => rollUpStats(db, new AbortController().signal);

type Counted = Record<string, [total: number, succeeded: number, facings: number]>;

/** What the API says, by the start of the interval and the group. */
async function answered(variables: StatsVariables): Promise<Counted> {
  const { groups } = await readStats(user, variables);
  return Object.fromEntries(
    groups.flatMap((group: { task?: { id: string }; catalogItem?: { id: string }; buckets: Bucket[] }) =>
      group.buckets
        .filter(({ counts }) => counts.total > 0)
        .map(({ from, counts }) => [
          `${from} ${group.task?.id ?? group.catalogItem?.id ?? ''}`,
          [counts.total, counts.succeeded, counts.facings],
        ]),
    ),
  );
}

interface Bucket {
  from: string;
  counts: { total: number; succeeded: number; facings: number };
}

const units: Record<string, string> = { HOUR: 'hour', DAY: 'day', WEEK: 'week', MONTH: 'month' };

/** The same, counted analysis by analysis. */
async function counted({ interval, timeZone = 'UTC', groupBy, filter }: StatsVariables): Promise<Counted> {
  const { from, to } = filter!.createdAt as { from: string; to: string };
  const start = interval
    ? sql`greatest(${from}::timestamptz, date_trunc(${units[interval]!}, created_at, ${timeZone}))`
    : sql`${from}::timestamptz`;
  const by = groupBy === 'TASK' ? sql`a.task_id` : groupBy === 'ITEM' ? sql`i.catalog_item_id` : sql`null::uuid`;
  const { rows } = await sql<{ start: Date; id: string | null; total: number; succeeded: number; facings: number }>`
    select ${start} as start, ${by} as id, count(*)::int as total,
      (count(*) filter (where a.status = 'SUCCEEDED'))::int as succeeded, coalesce(sum(i.facings), 0)::int as facings
    from analysis a left join analysis_item i on i.analysis_id = a.id
    where a.organization_id = ${organizationId} and a.counted and a.created_at >= ${from} and a.created_at < ${to}
      and (${groupBy ?? ''} <> 'ITEM' or i.catalog_item_id is not null)
    group by 1, 2`.execute(db);
  const kind = groupBy === 'TASK' ? 'task' : 'catalogItem';
  return Object.fromEntries(
    rows.map(({ start: at, id, total, succeeded, facings }) => [
      `${at.toISOString()} ${id === null ? '' : encodeId(kind, id)}`,
      [total, succeeded, facings],
    ]),
  );
}

/** For many periods, intervals, zones and groups. */
async function expectExact(): Promise<void> {
  const quarter = 900_000;
  const ago = (hours: number) =>
    new Date(Math.floor((Date.now() - hours * 3_600_000) / quarter) * quarter).toISOString();
  const periods = [
    { from: ago(300), to: ago(-1) },
    { from: ago(100.3), to: ago(2.2) },
    { from: ago(30), to: ago(29.5) },
  ];
  for (const createdAt of periods)
    for (const [interval, timeZone] of [
      [undefined, 'UTC'],
      ['HOUR', 'Asia/Kathmandu'],
      ['DAY', 'UTC'],
      ['DAY', 'Europe/Berlin'],
      ['WEEK', 'America/New_York'],
      ['MONTH', 'UTC'],
    ] as const)
      for (const groupBy of [undefined, 'TASK', 'ITEM'] as const) {
        if (interval === 'HOUR' && groupBy) continue;
        const variables: StatsVariables = {
          filter: { createdAt },
          timeZone,
          ...(interval && { interval }),
          ...(groupBy && { groupBy }),
        };
        expect(await answered(variables), JSON.stringify(variables)).toEqual(await counted(variables));
      }
}

async function remove(count: number): Promise<void> {
  const { rows } = await sql<{ id: string }>`
    select id from analysis where organization_id = ${organizationId} order by md5(id::text) limit ${count}`.execute(
    db,
  );
  const ids = rows.map(({ id }) => encodeId('analysis', id));
  await user.run('mutation ($ids: [ID!]!) { deleteAnalyses(ids: $ids) { results { __typename } } }', { ids });
}

test('statistics are those of the analyses, whatever has been rolled up, folded, added late or deleted since', async () => {
  await insertEnded(200);
  await expectExact();
  await foldAll(sightline);
  expect(await rollUp()).toBeGreaterThan(50);
  expect(await rollUp()).toBe(0);
  await expectExact();
  await insertEnded(100);
  await remove(60);
  await expectExact();
  await foldAll(sightline);
  await expectExact();
  await rollUp();
  await remove(40);
  await foldAll(sightline);
  await expectExact();
});

describe('rolling up', () => {
  test('is resumed where it was stopped, and two processes do not sum anything twice', async () => {
    await insertEnded(100);
    await foldAll(sightline);
    const stop = new AbortController();
    const stopped = rollUpStats(db, stop.signal);
    stop.abort();
    await stopped;
    await expectExact();
    await Promise.all([rollUp(), rollUp(), foldAll(sightline)]);
    await expectExact();
    const { rows } = await sql<{ days: number; hours: number; all: number }>`
      select (select sum(submitted) from analysis_stats_day where organization_id = ${organizationId})::int as days,
        (select sum(submitted) from analysis_stats_hour where organization_id = ${organizationId})::int as hours,
        (select count(*) from analysis where organization_id = ${organizationId})::int as all`.execute(db);
    expect(rows[0]!.hours).toBeGreaterThan(90);
    expect(rows[0]!.days).toBeGreaterThan(50);
    expect(rows[0]!.hours).toBeLessThanOrEqual(rows[0]!.all);
  });

  test('waits until no worker of a version without roll-ups can run', async () => {
    await insertEnded(10);
    await foldAll(sightline);
    await sql`update stats_rollup_start set begins_at = now() + interval '1 hour'`.execute(db);
    expect(await rollUp()).toBe(0);
    await sql`update stats_rollup_start set begins_at = now()`.execute(db);
    expect(await rollUp()).toBeGreaterThan(0);
  });

  test('leaves out organisations without an hour that has ended', async () => {
    await rollUp();
    await sql`
      insert into analysis_stats (organization_id, bucket_at, task_id, submitted, succeeded, failed, canceled, expired, facings,
        duration_ms, latencies, failures, item_analyses, item_facings)
      values (${organizationId}, date_bin('15 minutes', now(), 'epoch'), ${taskIds[0]}, 1, 0, 0, 0, 0, 0, 0, '{}', '{}', '{}', '{}')`.execute(
      db,
    );
    expect(await rollUp()).toBe(0);
  });
});

test.each([
  ['all', null],
  ['items', 'ITEM'],
] as const)('30 days of %s touch few pages, although each quarter of an hour has a counter', async (_what, groupBy) => {
  await insertEnded(10);
  await foldAll(sightline);
  await sql`
    insert into analysis_stats (organization_id, bucket_at, task_id, submitted, succeeded, failed, canceled, expired, facings,
      duration_ms, latencies, failures, item_analyses, item_facings)
    select ${organizationId}, date_bin('15 minutes', now(), 'epoch') - n * interval '15 minutes', ${taskIds[0]}, 1, 1, 0, 0, 0, 1, 1,
      '{}', '{}', map, map
    from generate_series(1, 2880) n,
      (select jsonb_object_agg(gen_random_uuid(), k) as map from generate_series(1, 20) k) maps
    on conflict do nothing`.execute(db);
  const { db: explained, pagesOf } = explainQueries(sightline.database);
  const pages = () =>
    pagesOf(() =>
      read(explained, {
        ...{
          organizationId,
          mediaType: 'IMAGE',
          createdAt: null,
          narrowing: null,
          filter: {},
          interval: null,
          timeZone: 'UTC',
        },
        ...{ groupBy, basis: 'FOUND' },
      }),
    );
  await sightline.database.pool.query('vacuum analyze analysis_stats');
  const before = await pages();
  await rollUp();
  await sightline.database.pool.query('vacuum analyze analysis_stats_hour, analysis_stats_day, stats_rollup');
  expect(await pages()).toBeLessThan(before / 5);
});
