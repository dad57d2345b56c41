import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { migrate } from '../../../src/database/migrator.ts';
import type { EventFilter } from '../../../src/events/event-filter.ts';
import { ensureEventPartitions } from '../../../src/events/log.ts';
import { logStart } from '../../../src/events/position.ts';
import { readEvents } from '../../../src/events/read-log.ts';
import { newId } from '../../../src/ids.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { explainQueries } from '../../support/query-plans.ts';
import { createReleasedDatabase } from '../../support/released-database.ts';
import { newEvent, passHorizon, writeEvents } from './log-fixture.ts';

/** Streams about little, from before everything that their organisation has written. */
const eventCount = 20_000;
const perBatch = 50;

let database: TestDatabase;
let queries: ReturnType<typeof explainQueries>;
let organizationId: string;
/** The partition with all events. */
let today: string;
beforeAll(async () => {
  database = await createTestDatabase();
  queries = explainQueries(database);
  organizationId = newId();
  await sql`
    insert into event (organization_id, kind, entity_id, task_id, batch_ids, state)
    select ${organizationId}, 'ANALYSIS', md5('analysis ' || n)::uuid, md5('task ' || case
        when n % 4000 = 9 then 'rare' when n % 5000 = 8 then 'other' else 'usual' end)::uuid, case
        when n % 5000 = 1 then array[md5('batch ' || n / ${perBatch}::int)::uuid, md5('batch ' || n / ${perBatch}::int + 1)::uuid]
        when n % 100 > 0 then array[md5('batch ' || n / ${perBatch}::int)::uuid] else '{}' end,
      jsonb_build_object('status', 'QUEUED', 'placeId', case
        when n % 4000 = 11 then 'rare' when n % 5000 = 12 then 'other' when n % 7 > 0 then 'usual' end)
    from generate_series(1, ${eventCount}::int) n`.execute(database.db);
  await database.pool.query('vacuum analyze event');
  const { rows } = await sql<{ name: string }>`select tableoid::regclass::text as name from event limit 1`.execute(
    database.db,
  );
  today = rows[0]!.name;
  await passHorizon(database.db);
});
afterAll(() => database.drop());

async function uuidOf(text: string): Promise<string> {
  const { rows } = await sql<{ uuid: string }>`select md5(${text}) ::uuid as uuid`.execute(database.db);
  return rows[0]!.uuid;
}

/** Reads with a filter, and by which indexes. */
async function read(filter: Partial<EventFilter>) {
  const options = { limit: 500, filter: { organizationId, kind: 'ANALYSIS' as const, ...filter } };
  const { events } = await readEvents(database.db, logStart, options);
  const plan = await queries.planOf(() => readEvents(queries.db, logStart, options));
  const ofToday = (names: string[]) => names.filter((name) => name.startsWith(today));
  return { events, indexes: ofToday(plan.indexes), scanned: ofToday(plan.scanned) };
}

test('a few analyses are found by an index of their own, not by reading what the organisation has written', async () => {
  const entityIds = [await uuidOf('analysis 7'), await uuidOf('analysis 19000')];
  const { events, indexes, scanned } = await read({ entityIds });
  expect(events.map(({ entityId }) => entityId)).toEqual(entityIds);
  expect(indexes.some((name) => name.includes('entity'))).toBe(true);
  expect(indexes.filter((name) => name.includes('organization'))).toEqual([]);
  expect(scanned).toEqual([]);
});

test('so are those of a batch, also where an analysis belongs to several', async () => {
  // The last one is its second batch.
  for (const [batch, count] of [
    ['batch 3', perBatch],
    ['batch 100', perBatch],
    ['batch 101', perBatch + 1],
  ] as const) {
    const batchId = await uuidOf(batch);
    const { events, indexes, scanned } = await read({ batchId });
    // One in a hundred belongs to none.
    expect(Math.abs(events.length - count), batch).toBeLessThanOrEqual(1);
    expect(events.every(({ batchIds }) => batchIds.includes(batchId))).toBe(true);
    expect(indexes.filter((name) => name.includes('organization'))).toEqual([]);
    expect(scanned).toEqual([]);
  }
});

test('so are those of a task with few, and of the tasks that a caller is limited to, in the order of the log', async () => {
  const [rare, other] = [await uuidOf('task rare'), await uuidOf('task other')];
  const ofRare = [9, 4009, 8009, 12009, 16009];
  const ofOther = [8, 5008, 10008, 15008];
  const kind = 'ANALYSIS';
  for (const [filter, numbers] of [
    [{ taskId: rare }, ofRare],
    [{ narrowing: { taskIds: [rare], placeIds: null } }, ofRare],
    [{ narrowing: { taskIds: [rare, other, rare, newId()], placeIds: null } }, [...ofRare, ...ofOther]],
    [{ taskId: rare, narrowing: { taskIds: [other], placeIds: null } }, []],
  ] as const) {
    const { events, indexes, scanned } = await read({ kind, ...filter });
    const inOrder = numbers.toSorted((a, b) => a - b).map((n) => uuidOf(`analysis ${n}`));
    expect(events.map(({ entityId }) => entityId)).toEqual(await Promise.all(inOrder));
    expect(indexes.filter((name) => name.includes('organization'))).toEqual([]);
    expect(scanned).toEqual([]);
  }
});

test('so are those of the places that a caller is limited to, in the order of the log', async () => {
  const usual = await uuidOf('task usual');
  const many = Array.from({ length: 50 }, () => newId());
  const ofRare = [11, 4011, 8011, 12011, 16011];
  const ofOther = [12, 5012, 10012, 15012];
  for (const [filter, numbers] of [
    [{ narrowing: { taskIds: null, placeIds: ['rare'] } }, ofRare],
    [{ narrowing: { taskIds: null, placeIds: ['rare', ...many, 'other', 'rare'] } }, [...ofRare, ...ofOther]],
    [{ narrowing: { taskIds: [usual], placeIds: ['other'] } }, ofOther],
    [{ taskId: usual, narrowing: { taskIds: null, placeIds: ['rare'] } }, ofRare],
    [{ narrowing: { taskIds: many, placeIds: ['rare'] } }, []],
  ] as const) {
    const { events, indexes, scanned } = await read(filter);
    const inOrder = numbers.toSorted((a, b) => a - b).map((n) => uuidOf(`analysis ${n}`));
    expect(events.map(({ entityId }) => entityId)).toEqual(await Promise.all(inOrder));
    expect(indexes.filter((name) => name.includes('organization'))).toEqual([]);
    expect(scanned).toEqual([]);
  }
});

test('a page of several tasks ends where the log has more of any of them', async () => {
  const taskIds = [newId(), newId(), newId()];
  const filter = { organizationId: newId(), kind: 'ANALYSIS' as const, narrowing: { taskIds, placeIds: null } };
  const written = Array.from({ length: 60 }, (_, n) =>
    newEvent(filter.organizationId, { taskId: taskIds[n % 10 < 8 ? 0 : n % 10 === 8 ? 1 : 2]! }),
  );
  await writeEvents(database.db, written);
  await passHorizon(database.db);
  const read: string[] = [];
  const sizes: number[] = [];
  for (let after = logStart, full = true; full; ) {
    const page = await readEvents(database.db, after, { limit: 25, filter });
    read.push(...page.events.map(({ entityId }) => entityId));
    sizes.push(page.events.length);
    ({ last: after, full } = page);
  }
  expect(read).toEqual(written.map(({ entityId }) => entityId));
  expect(sizes).toEqual([25, 25, 10]);
});

test('after an upgrade, days without events have the indexes, a day with events is left alone, and later days get them', async () => {
  await using upgraded = await createReleasedDatabase();
  const { db } = upgraded;
  await sql`insert into event (organization_id, kind, entity_id) values (gen_random_uuid(), 'ANALYSIS', gen_random_uuid())`.execute(
    db,
  );
  await migrate(upgraded);
  await ensureEventPartitions(db, 9);
  const { rows } = await sql<{ hasEvents: boolean; indexes: number }>`
    select exists (select from event where tableoid = inhrelid) as "hasEvents", (
      select count(*)::int from pg_index join pg_inherits of_log on of_log.inhrelid = indexrelid
      where indrelid = day.inhrelid and of_log.inhparent in (
        'event_entity'::regclass, 'event_batch'::regclass, 'event_batches'::regclass, 'event_task'::regclass,
        'event_place'::regclass)) as indexes
    from pg_inherits day where inhparent = 'event'::regclass`.execute(db);
  expect(rows.length).toBeGreaterThan(9);
  for (const { hasEvents, indexes } of rows) expect(indexes).toBe(hasEvents ? 0 : 5);
});
