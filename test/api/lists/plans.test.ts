import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type AnalysisOrder, listAnalyses } from '../../../src/analyses/list-analyses.repository.ts';
import { type BatchOrder, listBatches } from '../../../src/batches/list-batches.repository.ts';
import type { Direction } from '../../../src/database/ordered-list.ts';
import { newId } from '../../../src/ids.ts';
import { type ImageOrder, listImages } from '../../../src/images/images.repository.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { explainQueries } from '../../support/query-plans.ts';

/** How lists are read from tables where sorting everything would be felt. */
const rowCount = 8_000;
/** One in so many has not ended, has found nothing, or is not stored. */
const rareEvery = 400;
const page = 51;

let database: TestDatabase;
let organizationId: string;
let taskId: string;
let queries: ReturnType<typeof explainQueries>;

beforeAll(async () => {
  database = await createTestDatabase();
  queries = explainQueries(database);
  organizationId = newId();
  taskId = newId();
  const { db } = database;
  await sql`insert into organization (id, name, plan) values (${organizationId}, 'a', 'FREE')`.execute(db);
  await sql`
    insert into task (id, organization_id, name, type, pipeline, all_catalog_items)
    values (${taskId}, ${organizationId}, 't', 'DETECTION', 'shelf', true)`.execute(db);
  await sql`
    insert into analysis (id, organization_id, task_id, status, priority, pipeline, created_at, confidence, finished_at)
    select gen_random_uuid(), ${organizationId}, ${taskId},
      case when n % ${rareEvery} = 0 then 'QUEUED' else 'SUCCEEDED' end, 0, 'shelf@1',
      now() - n * interval '1 minute',
      case when n % ${rareEvery} > 1 then random() end,
      case when n % ${rareEvery} > 0 then now() - random() * interval '30 days' end
    from generate_series(1, ${rowCount}::int) n`.execute(db);
  await sql`
    insert into batch (id, organization_id, task_id, priority, total, completed, created_at, finished_at)
    select gen_random_uuid(), ${organizationId}, ${taskId}, 0, 1, case when n % ${rareEvery} = 0 then 0 else 1 end,
      now() - n * interval '1 minute', case when n % ${rareEvery} > 0 then now() - random() * interval '30 days' end
    from generate_series(1, ${rowCount}::int) n`.execute(db);
  await sql`
    insert into blob (organization_id, sha256, byte_size, mime_type, width, height)
    values (${organizationId}, sha256('x'), 1, 'image/jpeg', 1, 1)`.execute(db);
  await sql`
    insert into image (id, organization_id, status, created_at, recorded_at, sha256)
    select gen_random_uuid(), ${organizationId}, case when n % ${rareEvery} = 0 then 'AWAITING_UPLOAD' else 'READY' end,
      now() - n * interval '1 minute',
      case when n % ${rareEvery} > 0 then now() - random() * interval '30 days' end,
      case when n % ${rareEvery} > 0 then sha256('x') end
    from generate_series(1, ${rowCount}::int) n`.execute(db);
  await database.pool.query('vacuum analyze');
});
afterAll(() => database.drop());

const directions: Direction[] = ['ASC', 'DESC'];
const id = '00000000-0000-7000-8000-000000000000';
/** The first page, one in the middle, and the first without a value, where those that have one end. */
const positions = (value: string) => [null, `${value}:${id}`, `:${id}`];

const byAnalyses: [AnalysisOrder['field'], string, (string | null)[]][] = [
  ['CREATED_AT', 'analysis_organization_id_id_key', [null, id]],
  ['FINISHED_AT', 'analysis_finished_at', positions(String(Date.now() * 1000 - 15 * 86_400_000_000))],
  ['CONFIDENCE', 'analysis_confidence', positions('0.5')],
];

test.each(byAnalyses)('analyses by %s go by %s and never sort the table', async (field, index, afters) => {
  for (const direction of directions)
    for (const after of afters) {
      const plan = await queries.planOf(() =>
        listAnalyses(queries.db, organizationId, [{}], { after, limit: page }, { field, direction }),
      );
      expect(plan.scanned, `${direction} after ${after}`).toEqual([]);
      // Those that have not ended are few, and found by their status.
      expect(plan.sortedRows, `${direction} after ${after}`).toBeLessThan(rowCount / 10);
      if (!after?.startsWith(':')) expect(plan.indexes).toContain(index);
      else if (field === 'CONFIDENCE') expect(plan.indexes).toContain('analysis_without_confidence');
    }
});

test.each(byAnalyses)(
  'those of a task that has nearly all of them, by %s, are not sorted either',
  async (field, _index, afters) => {
    for (const direction of directions)
      for (const after of afters.slice(0, 2)) {
        const plan = await queries.planOf(() =>
          listAnalyses(queries.db, organizationId, [{ taskId }], { after, limit: page }, { field, direction }),
        );
        expect(plan, `${direction} after ${after}`).toMatchObject({ scanned: [], sorted: false });
      }
  },
);

const byBatches: [BatchOrder['field'], string, (string | null)[]][] = [
  ['CREATED_AT', 'batch_organization_id_id_key', [null, id]],
  ['FINISHED_AT', 'batch_finished_at', positions(String(Date.now() * 1000 - 15 * 86_400_000_000))],
];

test.each(byBatches)('batches by %s go by %s and never sort the table', async (field, index, afters) => {
  for (const direction of directions)
    for (const after of afters) {
      const plan = await queries.planOf(() =>
        listBatches(queries.db, organizationId, [{}], { after, limit: page }, { field, direction }),
      );
      expect(plan).toMatchObject({ scanned: [], sorted: false });
      expect(plan.indexes).toContain(after?.startsWith(':') ? 'batch_open' : index);
    }
});

const byImages: [ImageOrder['field'], string, (string | null)[]][] = [
  ['CREATED_AT', 'image_organization_id_id_key', [null, id]],
  ['RECORDED_AT', 'image_recorded_at', positions(String(Date.now() * 1000 - 15 * 86_400_000_000))],
];

test.each(byImages)('images by %s go by %s and never sort the table', async (field, index, afters) => {
  for (const direction of directions)
    for (const after of afters) {
      const plan = await queries.planOf(() =>
        listImages(queries.db, organizationId, {}, { after, limit: page }, { field, direction }),
      );
      // All have the same bytes.
      expect(plan).toMatchObject({ scanned: ['blob'], sorted: false });
      expect(plan.indexes).toContain(after?.startsWith(':') ? 'image_without_recorded_at' : index);
    }
});

const lastHour = () => ({ from: new Date(Date.now() - 3_600_000) });

test('periods and rare statuses are found by an index', async () => {
  const first = { after: null, limit: page };
  const { db, planOf } = queries;
  const ended = await planOf(() => listAnalyses(db, organizationId, [{ finishedAt: lastHour() }], first));
  expect(ended.indexes).toContain('analysis_finished_at');
  const batches = await planOf(() => listBatches(db, organizationId, [{ createdAt: lastHour() }], first));
  expect(batches.indexes).toContain('batch_created_at');
  const open = await planOf(() => listBatches(db, organizationId, [{ statuses: ['PROCESSING'] }], first));
  expect(open.indexes).toContain('batch_open');
  const images = await planOf(() => listImages(db, organizationId, { statuses: ['AWAITING_UPLOAD', 'FAILED'] }, first));
  expect(images.indexes).toContain('image_not_ready');
});

test('images that could not be indexed are found by their failure', async () => {
  const { rows } = await sql<{ id: string }>`
    update image set indexing_status = 'FAILED', failure_code = 'UNDECODABLE', failure_message = 'x', failure_retryable = false
    where id in (select id from image where status = 'READY' order by id limit 5) returning id`.execute(database.db);
  await database.pool.query('vacuum analyze image');
  const list = () => listImages(queries.db, organizationId, { indexingStatus: 'FAILED' }, { after: null, limit: page });
  expect((await list()).map(({ id }) => id).sort()).toEqual(rows.map(({ id }) => id).sort());
  expect((await queries.planOf(list)).indexes).toContain('image_failure');
});

test('of an old period no more is read than a page, and nothing that is newer', async () => {
  const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000);
  const createdAt = { from: minutesAgo(rowCount * 0.8), to: minutesAgo(rowCount * 0.4) };
  const first = { after: null, limit: page };
  const { db, planOf } = queries;
  const lists = {
    analysis_created_at: () => listAnalyses(db, organizationId, [{ createdAt }], first),
    batch_created_at: () => listBatches(db, organizationId, [{ createdAt }], first),
    image_created_at: () => listImages(db, organizationId, { createdAt }, first),
  };
  for (const [index, list] of Object.entries(lists)) {
    const plan = await planOf(list);
    expect(plan.sorted, index).toBe(false);
    expect(plan.indexes).toContain(index);
  }
  // What ended in a period was created before its end.
  const ended = await planOf(() => listAnalyses(db, organizationId, [{ finishedAt: createdAt }], first));
  expect(ended.sorted).toBe(false);
  expect(ended.indexes).toContain('analysis_ended');
});
