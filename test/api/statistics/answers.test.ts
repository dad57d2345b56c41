import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { countOldAnalyses } from '../../../src/analyses/statistics/backfill.repository.ts';
import { readStats as read, type StatsRequest } from '../../../src/analyses/statistics/stats.service.ts';
import { decodeId, newId } from '../../../src/ids.ts';
import { explainQueries } from '../../support/query-plans.ts';
import { createTask } from '../../support/recognition.ts';
import { startTestSightline, type TestSightline } from '../../support/sightline.ts';
import { createUser, type User } from '../../support/user.ts';
import { foldAll, readStats, readTotal, type StatsVariables } from './client.ts';

let sightline: TestSightline;
let user: User;
let organizationId: string;
let taskId: string;

beforeAll(async () => {
  sightline = await startTestSightline();
});
afterAll(() => sightline.close());

beforeEach(async () => {
  const tenant = await sightline.createTenant();
  organizationId = tenant.organizationId;
  user = createUser({ url: sightline.url, apiKey: tenant.apiKey });
  taskId = decodeId('task', await createTask(user))!;
  return () => user.close();
});

interface OldAnalysis {
  createdAt: string;
  seconds?: number;
  placeId?: string;
  rerunOf?: string;
}

/** As a version without statistics left them. @returns their ids */
async function insertOld(analyses: readonly OldAnalysis[]): Promise<string[]> {
  const rows = analyses.map((analysis) => ({ id: newId(), seconds: 1, ...analysis }));
  await sql`
    insert into analysis (id, organization_id, task_id, status, priority, pipeline, place_id, rerun_of, created_at, started_at, finished_at)
    select id, ${organizationId}, ${taskId}, 'SUCCEEDED', 0, 'shelf@1', "placeId", "rerunOf", "createdAt", "createdAt",
      "createdAt" + seconds * interval '1 second'
    from json_to_recordset(${JSON.stringify(rows)}::json) as old(
      id uuid, "createdAt" timestamptz, seconds float8, "placeId" text, "rerunOf" uuid)`.execute(sightline.database.db);
  return rows.map(({ id }) => id);
}

/** From the beginning, as after the migration. */
async function countOld(stop: AbortSignal = new AbortController().signal): Promise<number> {
  const { db } = sightline.database;
  await sql`update analysis_stats_backfill set after = '00000000-0000-0000-0000-000000000000'`.execute(db);
  return countOldAnalyses(db, stop);
}

/** The starts of all buckets that have something, with how much. */
async function countsByStart(variables: StatsVariables): Promise<Record<string, number>> {
  const stats = await readStats(user, variables);
  expect(stats).toMatchObject({ __typename: 'AnalysisStats', groups: [{}] });
  const { buckets } = stats.groups[0];
  for (const [index, { from }] of buckets.entries()) if (index > 0) expect(from).toBe(buckets[index - 1].to);
  return Object.fromEntries(
    buckets.flatMap(({ from, counts }: { from: string; counts: { total: number } }) =>
      counts.total > 0 ? [[from, counts.total]] : [],
    ),
  );
}

describe('intervals', () => {
  test('of days follow the time zone, also when its clocks change', async () => {
    // Sunday, 29 March 2026, has 23 hours in Berlin, and 25 October has 25.
    await insertOld([
      { createdAt: '2026-03-28T22:59:59Z' },
      { createdAt: '2026-03-28T23:00:00Z' },
      { createdAt: '2026-03-29T21:59:59Z' },
      { createdAt: '2026-03-29T22:00:00Z' },
    ]);
    await countOld();
    const createdAt = { from: '2026-03-27T23:00:00Z', to: '2026-03-30T22:00:00Z' };
    const variables = { filter: { createdAt }, interval: 'DAY', timeZone: 'Europe/Berlin' };
    expect(await countsByStart(variables)).toEqual({
      '2026-03-27T23:00:00.000Z': 1,
      '2026-03-28T23:00:00.000Z': 2,
      '2026-03-29T22:00:00.000Z': 1,
    });
    const lengths = (await readStats(user, variables)).groups[0].buckets.map(
      ({ from, to }: { from: string; to: string }) => (Date.parse(to) - Date.parse(from)) / 3_600_000,
    );
    expect(lengths).toEqual([24, 23, 24]);
    const autumn = { from: '2026-10-24T22:00:00Z', to: '2026-10-25T23:00:00Z' };
    const hours = await readStats(user, { ...variables, filter: { createdAt: autumn }, interval: 'HOUR' });
    expect(hours.groups[0].buckets).toHaveLength(25);
  });

  test('follow zones that are off by 45 minutes', async () => {
    await insertOld([{ createdAt: '2026-05-01T18:14:59Z' }, { createdAt: '2026-05-01T18:15:00Z' }]);
    await countOld();
    const createdAt = { from: '2026-05-01T00:00:00Z', to: '2026-05-02T00:00:00Z' };
    const variables = { filter: { createdAt }, timeZone: 'Asia/Kathmandu' };
    expect(await countsByStart({ ...variables, interval: 'DAY' })).toEqual({
      '2026-05-01T00:00:00.000Z': 1,
      '2026-05-01T18:15:00.000Z': 1,
    });
    expect(await countsByStart({ ...variables, interval: 'HOUR' })).toEqual({
      '2026-05-01T17:15:00.000Z': 1,
      '2026-05-01T18:15:00.000Z': 1,
    });
  });

  test('of weeks begin on Monday, of months on the first, and both are cut to the period', async () => {
    await insertOld([{ createdAt: '2026-05-03T12:00:00Z' }, { createdAt: '2026-05-04T00:00:00Z' }]);
    await countOld();
    const createdAt = { from: '2026-04-30T10:07:00Z', to: '2026-05-05T10:07:00Z' };
    const stats = await readStats(user, { filter: { createdAt }, interval: 'WEEK' });
    expect(stats).toMatchObject({ from: '2026-04-30T10:00:00.000Z', to: '2026-05-05T10:15:00.000Z' });
    expect(stats.groups[0].buckets).toMatchObject([
      { from: '2026-04-30T10:00:00.000Z', to: '2026-05-04T00:00:00.000Z', counts: { total: 1 } },
      { from: '2026-05-04T00:00:00.000Z', to: '2026-05-05T10:15:00.000Z', counts: { total: 1 } },
    ]);
    const months = await readStats(user, { filter: { createdAt }, interval: 'MONTH' });
    expect(months.groups[0].buckets).toMatchObject([{ counts: { total: 0 } }, { counts: { total: 2 } }]);
  });
});

test('latency is that of the group and interval, within two per cent', async () => {
  const seconds = Array.from({ length: 100 }, (_, index) => 1 + index);
  await insertOld(seconds.map((value) => ({ createdAt: '2026-06-01T10:00:00Z', seconds: value, placeId: 'slow' })));
  await insertOld([{ createdAt: '2026-06-01T10:00:00Z', seconds: 0.2, placeId: 'fast' }]);
  await countOld();
  const total = await readTotal(user, { filter: { placeId: 'slow' } });
  expect(Math.abs(total.latencySeconds - 50) / 50).toBeLessThan(0.025);
  expect(Math.abs(total.p99 - 99) / 99).toBeLessThan(0.025);
  expect(total.meanDurationSeconds).toBeCloseTo(50.5);
  const fast = await readTotal(user, { filter: { placeId: 'fast' } });
  expect(fast.latencySeconds / 0.2).toBeCloseTo(1, 1);
});

describe('analyses of a version without statistics', () => {
  test('are counted once, of an image only the latest run, and those that are counted already are left alone', async () => {
    const [first] = await insertOld([{ createdAt: '2026-01-05T10:00:00Z' }]);
    await insertOld([
      { createdAt: '2026-01-05T11:00:00Z', rerunOf: first! },
      { createdAt: '2026-01-05T12:00:00Z', rerunOf: first! },
      { createdAt: '2026-01-05T10:14:59Z' },
    ]);
    expect(await countOld()).toBe(2);
    expect(await countOld()).toBe(0);
    expect(await countsByStart({ interval: 'DAY', filter: { createdAt: { to: '2026-01-06T00:00:00Z' } } })).toEqual({
      '2026-01-05T10:00:00.000Z': 2,
    });
    expect(await readTotal(user)).toMatchObject({ total: 2, succeeded: 2 });
  });

  test('are counted from where it was stopped, and by one process at a time', async () => {
    await insertOld(Array.from({ length: 1_200 }, () => ({ createdAt: '2026-01-05T10:00:00Z' })));
    const { db } = sightline.database;
    await sql`update analysis_stats_backfill set after = '00000000-0000-0000-0000-000000000000'`.execute(db);
    const stop = new AbortController();
    const counting = countOldAnalyses(db, stop.signal);
    stop.abort();
    // The step that runs is finished.
    const before = await counting;
    expect(before).toBeLessThan(1_200);
    const rest = await Promise.all([1, 2, 3].map(() => countOldAnalyses(db, new AbortController().signal)));
    expect(before + rest.reduce((sum, count) => sum + count, 0)).toBe(1_200);
    expect(await readTotal(user)).toMatchObject({ total: 1_200 });
  });
});

describe('what cannot be answered says what to do', () => {
  const issuesOf = async (variables: StatsVariables) => {
    const stats = await readStats(user, variables);
    expect(stats).toMatchObject({ __typename: 'ValidationError', code: 'VALIDATION_FAILED' });
    return stats.issues;
  };

  test('more than a thousand intervals', async () => {
    const createdAt = { from: '2026-01-01T00:00:00Z', to: '2026-02-12T00:00:00Z' };
    const variables = { filter: { createdAt }, interval: 'HOUR' };
    const [issue] = await issuesOf(variables);
    expect(issue.path).toEqual(['interval']);
    expect(issue.message).toContain('1008 intervals');
    expect(issue.message).toContain('Choose a longer interval');
    expect(await readStats(user, { ...variables, interval: 'DAY' })).toMatchObject({ __typename: 'AnalysisStats' });
    const centuries = { filter: { createdAt: { from: '0001-01-01T00:00:00Z' } }, interval: 'QUARTER_HOUR' };
    expect(await issuesOf(centuries)).toHaveLength(1);
  });

  test('more than a thousand groups times intervals', async () => {
    const places = Array.from({ length: 101 }, (_, index) => `place ${index}`);
    await insertOld(places.map((placeId) => ({ createdAt: '2026-01-05T10:00:00Z', placeId })));
    await countOld();
    const createdAt = { from: '2026-01-01T00:00:00Z', to: '2026-01-11T00:00:00Z' };
    const variables = { filter: { createdAt }, interval: 'DAY', groupBy: 'PLACE' };
    const [issue] = await issuesOf(variables);
    expect(issue.message).toContain('101 groups of 10 intervals');
    const one = { createdAt, placeId: 'place 7' };
    expect((await readStats(user, { ...variables, filter: one })).groups).toMatchObject([{ placeId: 'place 7' }]);
    const { interval: _interval, ...undivided } = variables;
    expect((await readStats(user, undivided)).groups).toHaveLength(101);
  });

  test.each(['Atlantis', '+05:45', 'UTC+3', '', "'; drop table event"])('the time zone %j', async (timeZone) => {
    const [issue] = await issuesOf({ timeZone, interval: 'DAY' });
    expect(issue).toEqual({ path: ['timeZone'], message: expect.stringContaining('Europe/Berlin') });
  });

  test('a period that ends before it begins, and a quantile that is none', async () => {
    const createdAt = { from: '2026-02-01T00:00:00Z', to: '2026-01-01T00:00:00Z' };
    expect(await issuesOf({ filter: { createdAt } })).toMatchObject([{ path: ['filter', 'createdAt'] }]);
    await insertOld([{ createdAt: '2026-01-05T10:00:00Z' }]);
    await countOld();
    const text = `{ analysisStats { ... on AnalysisStats { groups { total { latencySeconds(quantile: 95) } } } } }`;
    expect(await user.fail(text)).toMatchObject({ message: 'quantile is 95; expected 0 to 1.' });
  });

  test('nothing: without analyses there is nothing to group, and a period that is named is all zeros', async () => {
    expect(await readStats(user)).toMatchObject({ __typename: 'AnalysisStats', groups: [] });
    const createdAt = { from: '2026-01-01T00:00:00Z', to: '2026-01-03T00:00:00Z' };
    const stats = await readStats(user, { filter: { createdAt }, interval: 'DAY' });
    expect(stats.groups[0].buckets).toMatchObject([{ counts: { total: 0 } }, { counts: { total: 0 } }]);
    expect((await readStats(user, { filter: { createdAt, taskId: 'none' } })).groups[0].total.total).toBe(0);
  });
});

test('no answer reads anything but counters, however it is filtered and grouped, nor all of those', async () => {
  await insertOld([{ createdAt: '2026-01-05T10:00:00Z', placeId: 'shop' }]);
  await countOld();
  await foldAll(sightline);
  const { db, planOf } = explainQueries(sightline.database);
  // Of others, so that reading all of them would be felt.
  await sql`
    insert into analysis_stats select ${(await sightline.createTenant()).organizationId}, bucket_at + n * interval '15 minutes', task_id,
      case when n % 2 = 0 then 'p' || n end, submitted, succeeded, failed, canceled, expired, facings, duration_ms, latencies,
      failures, item_analyses, item_facings
    from analysis_stats, generate_series(1, 20000) n
    where organization_id = ${organizationId} and place_id is null`.execute(db);
  await sightline.database.pool.query('vacuum analyze analysis_stats');
  const base: StatsRequest = {
    organizationId,
    filter: {},
    mediaType: 'IMAGE',
    createdAt: null,
    narrowing: null,
    interval: 'MONTH',
    timeZone: 'Europe/Berlin',
    groupBy: null,
    basis: 'FOUND',
  };
  const filters = [{}, { taskIds: [taskId] }, { placeIds: ['shop'] }, { itemIds: [newId()], placeIds: ['shop'] }];
  for (const filter of filters)
    for (const groupBy of [null, 'STATUS', 'TASK', 'PLACE', 'ITEM'] as const)
      for (const basis of ['FOUND', 'CORRECTED'] as const) {
        const plan = await planOf(() => read(db, { ...base, filter, groupBy, basis }));
        const byPlace = 'placeIds' in filter || groupBy === 'PLACE';
        const counters = ['analysis_stats', 'analysis_stats_change'];
        expect(plan.tables).toEqual(byPlace ? counters : [...counters, 'stats_rollup']);
        expect(plan.scanned, JSON.stringify({ filter, groupBy, basis })).not.toContain('analysis_stats');
        expect(plan.indexes).toContain(byPlace ? 'analysis_stats_place' : 'analysis_stats_all');
      }
});
