import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findBatches } from '../../../src/batches/batches.repository.ts';
import { countBatches, listBatches } from '../../../src/batches/list-batches.repository.ts';
import { storeOldPlaces } from '../../../src/batches/old-places.repository.ts';
import { newId } from '../../../src/ids.ts';
import type { Narrowing } from '../../../src/shared/narrowing.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { explainQueries } from '../../support/query-plans.ts';

/** Batches of every mixture of places and tasks, as a version that stored no places has left them. */
const batchCount = 600;
const batchSize = 4;

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
  // A batch in three is of two tasks, one in ten of two places, one in forty has an analysis without a place.
  await sql`
    insert into analysis (id, organization_id, task_id, status, priority, pipeline, place_id, external_id)
    select gen_random_uuid(), ${organizationId}, (${tasks}::uuid[])[1 + case batch % 3 when 2 then position % 2 else batch % 3 end],
      'QUEUED', 0, 'shelf@1', case when batch % 40 = 3 and position = 2 then null
        when batch % 10 = 1 and position > 0 then 'p' || batch % 7 + 1 else 'p' || batch % 7 end, batch::text
    from generate_series(0, ${batchCount}::int - 1) batch cross join generate_series(0, ${batchSize}::int - 1) position`.execute(
    db,
  );
  await sql`
    with made as (select external_id, gen_random_uuid() as id, array_agg(distinct task_id) as tasks from analysis group by 1)
    , batches as (
      insert into batch (id, organization_id, task_id, priority, total, finished_at)
      select id, ${organizationId}, case when cardinality(tasks) = 1 then tasks[1] end, 0, ${batchSize}::int,
        case when external_id::int % 5 > 0 then now() - external_id::int * interval '1 minute' end from made)
    insert into batch_analysis (batch_id, position, analysis_id, organization_id)
    select made.id, row_number() over (partition by made.id) - 1, analysis.id, ${organizationId}
    from analysis join made using (external_id)`.execute(db);
  // One in fifty has lost an analysis.
  await sql`
    delete from analysis where id in (select distinct on (external_id) id from analysis where external_id::int % 50 = 4)`.execute(
    db,
  );
  await database.pool.query('vacuum analyze');
});
afterAll(() => database?.drop());

const narrowings = (): Narrowing[] =>
  [null, [tasks[0]]].flatMap((taskIds) =>
    [null, ['p1'], ['p0', 'p2', 'p3'], Array.from({ length: 30 }, (_, n) => `p${n}`)].map((placeIds) => ({
      taskIds,
      placeIds,
    })),
  );
const orders = [
  { field: 'CREATED_AT', direction: 'DESC' },
  { field: 'FINISHED_AT', direction: 'ASC' },
] as const;

/** All that each caller sees, in each order. */
async function listAll(): Promise<string[][]> {
  const all: string[][] = [];
  for (const narrowing of narrowings())
    for (const order of orders) {
      const rows = await listBatches(
        database.db,
        organizationId,
        [{}, { narrowing }],
        { after: null, limit: batchCount },
        order,
      );
      expect(await countBatches(database.db, organizationId, [{ narrowing }])).toBe(rows.length);
      expect(rows[0] ?? {}).not.toHaveProperty('order_by');
      all.push(rows.map(({ id }) => id));
    }
  return all;
}

test('callers see the same batches by stored places as by the analyses of each, and a page of them is read by its index', async () => {
  const before = await listAll();
  // Some of each kind are seen, and not all.
  expect(new Set(before.map(({ length }) => length)).size).toBeGreaterThan(4);
  const stops = new AbortController().signal;
  const stored = await Promise.all([1, 2].map(() => storeOldPlaces(database.db, stops)));
  expect(stored[0]! + stored[1]!).toBe(batchCount);
  expect(await storeOldPlaces(database.db, stops)).toBe(0);
  await database.pool.query('vacuum analyze batch');
  expect(await listAll()).toEqual(before);

  for (const narrowing of [
    { taskIds: null, placeIds: ['p1'] },
    { taskIds: null, placeIds: ['p0', 'p2', 'p3'] },
  ]) {
    const list = () => listBatches(queries.db, organizationId, [{ narrowing }], { after: null, limit: 51 });
    const rows = await list();
    expect(rows).toHaveLength(51);
    // The batch, and its members to be counted.
    expect(await queries.pagesOf(list), narrowing.placeIds.join()).toBeLessThan(51 * 6);
    const ids = rows.map(({ id }) => id);
    expect(await findBatches(database.db, organizationId, ids, narrowing)).toHaveLength(51);
  }
});
