import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { listAnalyses } from '../../../src/analyses/list-analyses.repository.ts';
import { listBatches } from '../../../src/batches/list-batches.repository.ts';
import { newId } from '../../../src/ids.ts';
import { listImages } from '../../../src/images/images.repository.ts';
import type { Narrowing } from '../../../src/shared/narrowing.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { explainQueries } from '../../support/query-plans.ts';

/** A token for one place of a large organisation reads what is there, and not all of what is elsewhere. */
const batchCount = 4_000;
const batchSize = 5;
/** One batch in so many is of the place. */
const rareEvery = 400;

let database: TestDatabase;
let organizationId: string;
let taskId: string;
beforeAll(async () => {
  database = await createTestDatabase();
  organizationId = newId();
  taskId = newId();
  const { db } = database;
  await sql`insert into organization (id, name, plan) values (${organizationId}, 'a', 'FREE')`.execute(db);
  for (const id of [taskId, newId()])
    await sql`
      insert into task (id, organization_id, name, type, pipeline, all_catalog_items)
      values (${id}, ${organizationId}, 't', 'DETECTION', 'shelf', true)`.execute(db);
  await sql`
    insert into image (id, organization_id, status)
    select gen_random_uuid(), ${organizationId}, 'AWAITING_UPLOAD' from generate_series(1, ${batchCount * batchSize}::int)`.execute(
    db,
  );
  await sql`
    with numbered as (select id, row_number() over () - 1 as n from image),
    placed as (select *, (n / ${batchSize}::int) as batch, case when n / ${batchSize}::int % ${rareEvery} = 0 then 'rare' else 'p' || n % 50 end as place from numbered)
    insert into analysis (id, organization_id, task_id, image_id, status, priority, pipeline, place_id, external_id)
    select gen_random_uuid(), ${organizationId},
      case when place = 'rare' then ${taskId}::uuid else (select id from task where id <> ${taskId}) end, id, 'QUEUED', 0, 'shelf@1', place, batch::text
    from placed`.execute(db);
  await sql`
    insert into batch (id, organization_id, task_id, priority, total)
    select gen_random_uuid(), ${organizationId}, null, 0, ${batchSize} from generate_series(1, ${batchCount}::int)`.execute(
    db,
  );
  await sql`
    with batches as (select id, row_number() over (order by id) - 1 as n from batch)
    insert into batch_analysis (batch_id, position, analysis_id, organization_id)
    select batches.id, row_number() over (partition by batches.id) - 1, analysis.id, ${organizationId}
    from analysis join batches on batches.n = analysis.external_id::int`.execute(db);
  await database.pool.query('vacuum analyze');
});
afterAll(() => database?.drop());

const first = { after: null, limit: 51 };

test.each(['task', 'place', 'both'])('limited by %s, lists are read from what is seen', async (by) => {
  const narrowing: Narrowing = {
    taskIds: by === 'place' ? null : [taskId],
    placeIds: by === 'task' ? null : ['rare'],
  };
  const { db, planOf } = explainQueries(database);
  const lists = {
    analyses: () => listAnalyses(db, organizationId, [{ narrowing }], first),
    batches: () => listBatches(db, organizationId, [{ narrowing }], first),
    images: () => listImages(db, organizationId, { narrowing }, first),
  };
  for (const [name, list] of Object.entries(lists)) {
    const seen = batchCount / rareEvery;
    expect(await list(), name).toHaveLength(name === 'batches' ? seen : seen * batchSize);
    const { indexes, scanned } = await planOf(list);
    expect(indexes, name).toContain(by === 'task' ? 'analysis_task' : 'analysis_place_id');
    // Of blobs there are none.
    expect(
      scanned.filter((table) => table !== 'blob'),
      name,
    ).toEqual([]);
    // By this index all batches would be tried one after the other.
    if (name === 'batches' && by !== 'task') expect(indexes).not.toContain('batch_organization_id_id_key');
  }
});
