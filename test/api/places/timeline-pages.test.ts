import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { orderedKey } from '../../../src/database/ordered-list.ts';
import { newId } from '../../../src/ids.ts';
import { storeOldTimes } from '../../../src/places/old-times.repository.ts';
import {
  countTimeline,
  listTimeline,
  type TimelineEntryRow,
  type TimelineFilter,
} from '../../../src/places/timeline.repository.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { explainQueries } from '../../support/query-plans.ts';

/** Pictures of a few places, as a version that did not store when they were taken has left them. */
const pictureCount = 1_200;

let database: TestDatabase;
let queries: ReturnType<typeof explainQueries>;
let organizationId: string;
let tasks: [string, string];
beforeAll(async () => {
  database = await createTestDatabase();
  queries = explainQueries(database);
  organizationId = newId();
  tasks = [newId(), newId()];
  const { db } = database;
  await sql`insert into organization (id, name, plan) values (${organizationId}, 'a', 'FREE')`.execute(db);
  for (const id of tasks)
    await sql`
      insert into task (id, organization_id, name, type, pipeline, all_catalog_items)
      values (${id}, ${organizationId}, 't', 'DETECTION', 'shelf', true)`.execute(db);
  // Three in four say when they were taken, in another order than they were submitted, and often at the same time as others.
  await sql`
    insert into image (id, organization_id, status, external_id, recorded_at)
    select gen_random_uuid(), ${organizationId}, 'AWAITING_UPLOAD', n::text,
      case when n % 4 > 0 then timestamptz '2026-03-01' + (n * 7919 % 1000) * interval '1 hour' end
    from generate_series(1, ${pictureCount}::int) n`.execute(db);
  // Visits of many pictures and of few, of one place and of several, beside pictures of none; some were rerun, some have lost their image.
  await sql`
    insert into analysis (
      id, organization_id, task_id, image_id, status, priority, pipeline, place_id, visit_id, counted, created_at)
    select gen_random_uuid(), ${organizationId}, (${tasks}::uuid[])[1 + n % 2], case when n % 11 > 0 then image.id end,
      'AWAITING_UPLOAD', 0, 'shelf@1', case when n % 13 > 0 then 'p' || n % 3 end,
      case when n % 5 = 0 then 'long ' || n % 4 when n % 2 = 0 then 'short ' || n / 12 end,
      case n % 17 when 0 then false when 1 then null else true end, timestamptz '2026-03-20' + n / 3 * interval '1 minute'
    from image, lateral (select external_id::int) number(n)`.execute(db);
  await database.pool.query('vacuum analyze');
});
afterAll(() => database?.drop());

const onDay = (day: number) => new Date(Date.UTC(2026, 2, day));
const filters = (): TimelineFilter[] => [
  {},
  { taskId: tasks[0] },
  { takenAt: { from: onDay(8) } },
  { takenAt: { to: onDay(12) } },
  { takenAt: { from: onDay(5), to: onDay(15) }, taskId: tasks[1] },
  { visitIds: ['long 1', 'short 40', 'unknown'] },
  { visitIds: [] },
  { narrowing: { taskIds: [tasks[1]], placeIds: null } },
  { narrowing: { taskIds: null, placeIds: ['p1', 'p2'] } },
];

/** All entries by each filter, in pages of this many. */
async function listAll(limit: number): Promise<TimelineEntryRow[][]> {
  const all: TimelineEntryRow[][] = [];
  for (const placeId of ['p0', 'p1'])
    for (const filter of filters()) {
      const rows: TimelineEntryRow[] = [];
      for (let isFull = true; isFull; ) {
        const after = rows.length > 0 ? orderedKey(rows.at(-1)!) : null;
        const page = await listTimeline(database.db, organizationId, placeId, filter, { after, limit });
        rows.push(...page);
        isFull = page.length === limit;
      }
      expect(await countTimeline(database.db, organizationId, placeId, filter)).toBe(rows.length);
      all.push(rows);
    }
  return all;
}

const first = { after: null, limit: 51 };

test('pages are the same by stored times as by all analyses of the place, and no more is read than they need', async () => {
  const list = () => listTimeline(queries.db, organizationId, 'p1', {}, first);
  expect((await queries.planOf(list)).indexes).not.toContain('analysis_taken_at');
  const before = await listAll(pictureCount);
  // Visits of several lengths, of some of which a filter leaves a part.
  expect(new Set(before.flat().map(({ picture_count }) => picture_count)).size).toBeGreaterThan(5);
  expect(new Set(before.map(({ length }) => length)).size).toBeGreaterThan(6);

  const stops = new AbortController().signal;
  const stored = await Promise.all([1, 2].map(() => storeOldTimes(database.db, stops)));
  const { rows } = await sql<{ count: number }>`
    select count(*)::int as count from analysis where place_id is not null and counted is not false`.execute(
    database.db,
  );
  expect(stored[0]! + stored[1]!).toBe(rows[0]!.count);
  expect(await storeOldTimes(database.db, stops)).toBe(0);
  await database.pool.query('vacuum analyze analysis');
  for (const limit of [pictureCount, 30]) expect(await listAll(limit), `${limit}`).toEqual(before);

  const plan = await queries.planOf(list);
  expect(plan.indexes).toContain('analysis_taken_at');
  expect(plan.scanned).toEqual([]);
});
