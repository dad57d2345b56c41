import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AnalysisFilter } from '../../../src/analyses/analyses.repository.ts';
import { type AnalysisStatus, analysisStatuses } from '../../../src/analyses/life.ts';
import { type AnalysisOrder, listAnalyses } from '../../../src/analyses/list-analyses.repository.ts';
import { type Direction, orderedKey } from '../../../src/database/ordered-list.ts';
import { newId } from '../../../src/ids.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { explainQueries } from '../../support/query-plans.ts';

/** Lists of analyses by status, where each status has many. */
const rowCount = 16_000;
const page = 51;
/** A page of a table for each entry, the pages of the indexes on the way, and as many again. */
const mostPages = 3 * page;
const statusOf = sql`(array['SUCCEEDED', 'FAILED', 'CANCELED', 'SUCCEEDED', 'QUEUED', 'SUCCEEDED', 'EXPIRED', 'RUNNING'])[1 + n % 8]`;

let database: TestDatabase;
let organizationId: string;
let queries: ReturnType<typeof explainQueries>;

beforeAll(async () => {
  database = await createTestDatabase();
  queries = explainQueries(database);
  organizationId = newId();
  const taskId = newId();
  const { db } = database;
  await sql`insert into organization (id, name, plan) values (${organizationId}, 'a', 'FREE')`.execute(db);
  await sql`
    insert into task (id, organization_id, name, type, pipeline, all_catalog_items)
    values (${taskId}, ${organizationId}, 't', 'DETECTION', 'shelf', true)`.execute(db);
  await sql`
    insert into analysis (
      id, organization_id, task_id, status, priority, pipeline, created_at, finished_at, confidence, failure_code, failure_message,
      failure_retryable, place_id)
    select gen_random_uuid(), ${organizationId}, ${taskId}, status, 0, 'shelf@1', created_at,
      case when status not in ('QUEUED', 'RUNNING') then created_at + random() * interval '1 day' end,
      case when status = 'SUCCEEDED' and n % 5 > 0 then random() end,
      case when status = 'FAILED' then 'UNDECODABLE' end, case when status = 'FAILED' then 'It could not be read.' end,
      case when status = 'FAILED' then false end, 'place ' || n % 3
    from (select n, ${statusOf} as status, now() - n * interval '1 minute' as created_at from generate_series(1, ${rowCount}::int) n) made`.execute(
    db,
  );
  await database.pool.query('vacuum analyze');
});
afterAll(() => database.drop());

const orders = (['CREATED_AT', 'FINISHED_AT', 'CONFIDENCE'] as const).flatMap((field) =>
  (['ASC', 'DESC'] as const).map((direction): [AnalysisOrder['field'], Direction] => [field, direction]),
);
const wanted: AnalysisStatus[][] = [
  ['FAILED'],
  ['QUEUED'],
  ['EXPIRED', 'FAILED', 'CANCELED'],
  ['RUNNING', 'SUCCEEDED', 'FAILED'],
  [],
];
/** From the middle of all. */
const period = () => ({ createdAt: { to: new Date(Date.now() - (rowCount / 2) * 60_000) } });

/** The entries of the first pages, each page with the pages of tables that it took. */
async function readPages(filters: AnalysisFilter[], order: AnalysisOrder, count: number) {
  const entries: string[] = [];
  const pages: number[] = [];
  let after: string | null = null;
  for (let read = 0; read < count; read += 1) {
    const list = () => listAnalyses(queries.db, organizationId, filters, { after, limit: page }, order);
    const rows = await list();
    if (rows.length > 0) pages.push(await queries.pagesOf(list));
    entries.push(...rows.map(({ id }) => id));
    if (rows.length < page) break;
    after = order.field === 'CREATED_AT' && !filters[0]!.createdAt ? rows.at(-1)!.id : orderedKey(rows.at(-1)!);
  }
  return { entries, pages };
}

/** The same entries, by one statement that sorts all. */
async function sortAll(filters: AnalysisFilter[], { field, direction }: AnalysisOrder, count: number) {
  const [{ statuses = [], createdAt }] = filters as [AnalysisFilter];
  const by = { CREATED_AT: createdAt ? 'created_at' : 'id', FINISHED_AT: 'finished_at', CONFIDENCE: 'confidence' }[
    field
  ];
  const { rows } = await sql<{ id: string }>`
    select id from analysis where status = any(${[...statuses]}::text[]) and created_at < ${createdAt?.to ?? new Date()}
    order by ${sql.ref(by)} ${sql.raw(direction)} nulls last, id ${sql.raw(direction)} limit ${count}`.execute(
    database.db,
  );
  return rows.map(({ id }) => id);
}

test.each(orders)('by %s %s, pages of some statuses are read by status and not sorted', async (field, direction) => {
  for (const statuses of wanted)
    for (const filter of [{ statuses }, { statuses, ...period() }]) {
      const told = `${statuses.join(' or ')}${'createdAt' in filter ? ' of a period' : ''}`;
      const { entries, pages } = await readPages([filter], { field, direction }, 3);
      expect(entries, told).toEqual(await sortAll([filter], { field, direction }, 3 * page));
      if (field === 'CREATED_AT' || !('createdAt' in filter))
        expect(Math.max(0, ...pages), told).toBeLessThan(mostPages);
    }
});

test('statuses of several filters must agree', async () => {
  const first = { after: null, limit: page };
  const list = (...statuses: AnalysisStatus[][]) =>
    listAnalyses(
      database.db,
      organizationId,
      statuses.map((some) => ({ statuses: some })),
      first,
    );
  expect(new Set((await list(['FAILED', 'QUEUED'], ['QUEUED', 'RUNNING'])).map(({ status }) => status))).toEqual(
    new Set(['QUEUED']),
  );
  expect(await list(['FAILED'], ['QUEUED'])).toEqual([]);
});

test('a caller who is limited to a place, or to a few, reads no further than a page of them', async () => {
  const first = { after: null, limit: page };
  for (const placeIds of [['place 1'], ['place 0', 'place 2', 'place 0']])
    for (const statuses of [undefined, ['FAILED', 'CANCELED'] as const]) {
      const filters = [{ statuses }, { narrowing: { taskIds: null, placeIds } }];
      const list = () => listAnalyses(queries.db, organizationId, filters, first);
      const { rows } = await sql<{ id: string }>`
        select id from analysis where place_id = any(${placeIds}::text[])
          and status = any(${statuses ? [...statuses] : [...analysisStatuses]}::text[])
        order by id desc limit ${page}`.execute(database.db);
      expect((await list()).map(({ id }) => id)).toEqual(rows.map(({ id }) => id));
      expect(await queries.planOf(list)).toMatchObject({ sorted: false });
      if (!statuses) expect(await queries.pagesOf(list)).toBeLessThan(mostPages);
    }
});
