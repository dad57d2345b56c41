import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { decodeId, encodeId, newId } from '../../../src/ids.ts';
import { createTask } from '../../support/recognition.ts';
import { startTestSightline, type TestSightline } from '../../support/sightline.ts';
import { createUser, type Data, type User } from '../../support/user.ts';

let sightline: TestSightline;
let user: User;
/** In the order in which they were made. */
const analyses: Made[] = [];
const batches: Made[] = [];
/** Their `finishedAt` is when they were taken. */
const images: Made[] = [];

interface Made {
  id: string;
  /** null: it has not ended. */
  finishedAt: string | null;
  confidence?: number | null;
}

/** Closer than a millisecond, and two of them equal. */
const moments = ['10:00:00.000002', null, '10:00:00.000001', '10:00:00.000003', null, '09:00:00', '10:00:00.000001'];
const confidences = [0.25, null, 0.123456789012345, null, null, 1e-7, 0.25];

beforeAll(async () => {
  sightline = await startTestSightline();
  user = createUser(sightline);
  const task = decodeId('task', await createTask(user));
  const { db } = sightline.database;
  for (const [index, moment] of moments.entries()) {
    const [id, batchId] = [newId(), newId()];
    const finishedAt = moment && `2026-03-01 ${moment}+00`;
    const [confidence, status] = [confidences[index]!, moment === null ? 'QUEUED' : 'SUCCEEDED'];
    await sql`
      insert into batch (id, organization_id, task_id, priority, total, completed, created_at, finished_at)
      select ${batchId}, organization_id, id, 0, 2, ${moment === null ? index % 2 : 2},
        timestamptz '2026-02-01' + ${index} * interval '1 day', ${finishedAt}::timestamptz from task where id = ${task}`.execute(
      db,
    );
    await sql`
      insert into analysis (id, organization_id, task_id, batch_id, status, priority, pipeline, confidence, finished_at)
      select ${id}, organization_id, id, ${batchId}, ${status}, 0, 'shelf@1', ${confidence}, ${finishedAt}::timestamptz
      from task where id = ${task}`.execute(db);
    analyses.push({ id: encodeId('analysis', id), finishedAt, confidence });
    batches.push({ id: encodeId('batch', batchId), finishedAt });
    const imageId = newId();
    await sql`
      insert into image (id, organization_id, status, recorded_at)
      select ${imageId}, organization_id, 'AWAITING_UPLOAD', ${finishedAt}::timestamptz from task where id = ${task}`.execute(
      db,
    );
    images.push({ id: encodeId('image', imageId), finishedAt });
  }
});
afterAll(async () => {
  await user.close();
  await sightline.close();
});

const texts = {
  analyses: `query ($filter: AnalysisFilter, $orderBy: AnalysisOrder, $after: String, $first: Int) {
    list: analyses(first: $first, after: $after, filter: $filter, orderBy: $orderBy) {
      totalCount nodes { id } pageInfo { hasNextPage endCursor } } }`,
  images: `query ($filter: ImageFilter, $orderBy: ImageOrder, $after: String, $first: Int) {
    list: images(first: $first, after: $after, filter: $filter, orderBy: $orderBy) {
      totalCount nodes { id } pageInfo { hasNextPage endCursor } } }`,
  batches: `query ($filter: BatchFilter, $orderBy: BatchOrder, $after: String, $first: Int) {
    list: batches(first: $first, after: $after, filter: $filter, orderBy: $orderBy) {
      totalCount nodes { id } pageInfo { hasNextPage endCursor } } }`,
};

/** The whole list, read in pages of two. */
async function listIds(list: keyof typeof texts, variables: Record<string, unknown>): Promise<string[]> {
  const ids: string[] = [];
  let after: string | null = null;
  do {
    const page: Data = (await user.run(texts[list], { ...variables, first: 2, after })).list;
    ids.push(...page.nodes.map(({ id }: { id: string }) => id));
    after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
    if (after === null) expect(page.totalCount).toBe(ids.length);
  } while (after !== null);
  return ids;
}

/** Entries without a value last, equal ones by their ids. */
function sorted(made: readonly Made[], value: (one: Made) => string | number | null, direction: string): string[] {
  const sign = direction === 'ASC' ? 1 : -1;
  const compare = <Value extends string | number>(a: Value, b: Value) => (a < b ? -sign : a > b ? sign : 0);
  return made
    .toSorted((a, b) => {
      const [x, y] = [value(a), value(b)];
      if (x === null || y === null) return Number(x === null) - Number(y === null) || compare(a.id, b.id);
      return compare(x, y) || compare(a.id, b.id);
    })
    .map(({ id }) => id);
}

const fields: [keyof typeof texts, string, (one: Made) => string | number | null][] = [
  ['analyses', 'CREATED_AT', ({ id }) => id],
  ['analyses', 'FINISHED_AT', ({ finishedAt }) => finishedAt],
  ['analyses', 'CONFIDENCE', ({ confidence }) => confidence ?? null],
  ['batches', 'CREATED_AT', ({ id }) => id],
  ['batches', 'FINISHED_AT', ({ finishedAt }) => finishedAt],
  ['images', 'CREATED_AT', ({ id }) => id],
  ['images', 'RECORDED_AT', ({ finishedAt }) => finishedAt],
];
const entries = { analyses, batches, images };

describe.each(fields)('%s by %s', (list, field, value) => {
  const made = () => entries[list];

  test.each(['ASC', 'DESC'])(
    '%s have every entry once over all pages, those without a value last',
    async (direction) => {
      const ids = await listIds(list, { orderBy: { field, direction } });
      expect(ids).toEqual(sorted(made(), value, direction));
    },
  );

  test('refuse a cursor of another order', async () => {
    const other = field === 'CREATED_AT' ? (list === 'images' ? 'RECORDED_AT' : 'FINISHED_AT') : 'CREATED_AT';
    for (const orderBy of [
      { field: other, direction: 'DESC' },
      { field, direction: 'ASC' },
    ]) {
      const { list: page } = await user.run(texts[list], { first: 2, orderBy });
      const variables = { after: page.pageInfo.endCursor, orderBy: { field, direction: 'DESC' } };
      const error = await user.fail(texts[list], variables);
      expect(error).toMatchObject({
        code: 'BAD_USER_INPUT',
        message: expect.stringContaining('with the same orderBy'),
      });
    }
  });
});

test('the default is newest first, and its cursors are those of before', async () => {
  expect(await listIds('analyses', {})).toEqual(sorted(analyses, ({ id }) => id, 'DESC'));
  const after = Buffer.from(`analyses:${decodeId('analysis', analyses[1]!.id)}`).toString('base64url');
  const { list } = await user.run(texts.analyses, { after });
  expect(list.nodes).toEqual([{ id: analyses[0]!.id }]);
});

test.each(['analyses', 'batches'] as const)('%s of a period have every entry once over all pages', async (list) => {
  const { db } = sightline.database;
  for (const [index, { id }] of analyses.entries())
    await sql`
      update analysis set created_at = timestamptz '2026-02-01' + ${index} * interval '1 day'
      where id = ${decodeId('analysis', id)}`.execute(db);
  const filter = { createdAt: { from: '2026-02-02T00:00:00Z', to: '2026-02-07T00:00:00Z' } };
  const made = (list === 'analyses' ? analyses : batches).map(({ id }) => id);
  expect(await listIds(list, { filter })).toEqual(made.slice(1, 6).toReversed());
  const orderBy = { field: 'CREATED_AT', direction: 'ASC' };
  expect(await listIds(list, { filter, orderBy })).toEqual(made.slice(1, 6));
  // The cursor of a list of all times, as a version before gave it also for a period, and the other way round.
  const ofAll = (await user.run(texts[list], { first: 3 })).list.pageInfo.endCursor;
  const rest = (await user.run(texts[list], { filter, first: 10, after: ofAll })).list;
  expect(rest.nodes.map(({ id }: Data) => id)).toEqual(made.slice(1, 4).toReversed());
  const ofPeriod = (await user.run(texts[list], { filter, first: 3 })).list.pageInfo.endCursor;
  const older = (await user.run(texts[list], { first: 10, after: ofPeriod })).list;
  expect(older.nodes.map(({ id }: Data) => id)).toEqual(made.slice(0, 3).toReversed());
});

test('a cursor with a made-up value is refused, not passed to the database', async () => {
  const orderBy = { field: 'FINISHED_AT', direction: 'DESC' };
  for (const value of ['1.5', 'now', '99999999999999999999']) {
    const text = `analyses.FINISHED_AT.DESC:${value}:${decodeId('analysis', analyses[0]!.id)}`;
    const error = await user.fail(texts.analyses, { orderBy, after: Buffer.from(text).toString('base64url') });
    expect(error.code).toBe('BAD_USER_INPUT');
  }
});

test('analyses and batches are found by when they ended, those that have not never', async () => {
  const finishedAt = { from: '2026-03-01T09:00:00Z', to: '2026-03-01T10:00:00Z' };
  expect(await listIds('analyses', { filter: { finishedAt } })).toEqual([analyses[5]!.id]);
  expect(await listIds('batches', { filter: { finishedAt } })).toEqual([batches[5]!.id]);
  const since = { finishedAt: { from: '2020-01-01T00:00:00Z' } };
  expect(await listIds('analyses', { filter: since })).toHaveLength(5);
});

test('images are found by when they were taken, in either order', async () => {
  const filter = { recordedAt: { from: '2026-03-01T10:00:00Z', to: '2026-03-01T10:00:01Z' } };
  const [first, , third, fourth, , , seventh] = images.map(({ id }) => id);
  expect(await listIds('images', { filter })).toEqual([seventh, fourth, third, first]);
  const orderBy = { field: 'RECORDED_AT' };
  expect(await listIds('images', { filter, orderBy })).toEqual([fourth, first, seventh, third]);
});

test('batches are found by status and by when they were submitted', async () => {
  const byStatus = (...status: string[]) => listIds('batches', { filter: { status } });
  expect(await byStatus('PARTIAL')).toEqual([batches[1]!.id]);
  expect(await byStatus('PROCESSING')).toEqual([batches[4]!.id]);
  expect(await byStatus('PROCESSING', 'PARTIAL')).toEqual([batches[4]!.id, batches[1]!.id]);
  expect(await byStatus('COMPLETED')).toHaveLength(5);
  expect(await byStatus()).toEqual([]);
  const createdAt = { from: '2026-02-02T00:00:00Z', to: '2026-02-04T00:00:00Z' };
  expect(await listIds('batches', { filter: { createdAt } })).toEqual([batches[2]!.id, batches[1]!.id]);
});

test('images and catalogue items are found by several statuses', async () => {
  const { apiKey, organizationId } = await sightline.createTenant();
  const tenant = createUser({ url: sightline.url, apiKey });
  for (const status of ['FETCHING', 'FAILED', 'AWAITING_UPLOAD'])
    await sql`
      insert into image (id, organization_id, status, source_url, failure_code)
      values (${newId()}, ${organizationId}, ${status}, 'https://shop.example/',
        ${status === 'FAILED' ? 'INVALID_IMAGE' : null})`.execute(sightline.database.db);
  for (const status of ['ACTIVE', 'FAILED', 'ARCHIVED'])
    await sql`
      insert into catalog_item (id, organization_id, status, name)
      values (${newId()}, ${organizationId}, ${status}, 'Tea')`.execute(sightline.database.db);
  const { images, catalogItems } = await tenant.run(`{
    images(filter: { statuses: [FAILED, FETCHING, READY] }) { totalCount nodes { status } }
    catalogItems(filter: { statuses: [ACTIVE, FAILED] }) { totalCount edges { cursor } } }`);
  expect(images).toEqual({ totalCount: 2, nodes: [{ status: 'FAILED' }, { status: 'FETCHING' }] });
  expect(catalogItems).toMatchObject({ totalCount: 2, edges: [{}, {}] });
});
