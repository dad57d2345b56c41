import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { picture, pictureBase64 } from '../../support/pictures.ts';
import {
  analysisEvents,
  batchEvents,
  createTask,
  pathsOf,
  recognize,
  type Submitted,
  submitBatch,
} from '../../support/recognition.ts';
import { startTestSightline, type TestSightline } from '../../support/sightline.ts';
import { createUser, type Data, type User } from '../../support/user.ts';

/** Batches as they are stored, listed and streamed. No worker: what is submitted stays QUEUED. */
let sightline: TestSightline;
let user: User;
let source: { base64: string };
beforeAll(async () => {
  sightline = await startTestSightline();
  user = createUser(sightline);
  source = { base64: await pictureBase64() };
});
afterAll(async () => {
  await user?.close();
  await sightline?.close();
});

const broken = { base64: '' };

describe('a batch', () => {
  test('of 200 pictures is taken in one request, in its order, with jobs for workers in handfuls', async () => {
    const taskId = await createTask(user);
    const before = await countJobs();
    const submitted = await submitBatch(
      user,
      Array.from({ length: 200 }, (_, index) => ({ source, externalId: `picture-${index}` })),
      { taskId },
    );
    expect(submitted.batch).toMatchObject({ total: 200, processing: 200, status: 'PROCESSING' });
    expect(submitted.analyses.map(({ externalId }) => externalId)).toEqual(
      Array.from({ length: 200 }, (_, index) => `picture-${index}`),
    );
    expect((await countJobs()) - before).toBe(Math.ceil(200 / 32));
    expect(await readAll(submitted)).toEqual(submitted.ids);
  });

  test('keeps the same bytes once, however often they are sent', async () => {
    const taskId = await createTask(user);
    const file = new Blob([new Uint8Array(await picture({ colour: '#0a0b0c' }))]);
    const { ids } = await submitBatch(user, [{ file }, { file: file.slice() }], { taskId });
    const { nodes } = await user.run(
      'query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Analysis { image { id sha256 } } } }',
      {
        ids,
      },
    );
    expect(nodes[0].image.sha256).toBe(nodes[1].image.sha256);
    expect(nodes[0].image.id).not.toBe(nodes[1].image.id);
    const { rows } = await sql`select from blob where sha256 = ${Buffer.from(nodes[0].image.sha256, 'hex')}`.execute(
      sightline.database.db,
    );
    expect(rows).toHaveLength(1);
  });

  test('carries what each image is given: task, options, ids, metadata, time and priority', async () => {
    const [taskId, otherTask] = [await createTask(user), await createTask(user)];
    const options = { threshold: 0.25, topCandidates: 7, smoothNeighbors: true };
    const { ids, batch } = await submitBatch(
      user,
      [
        { source, taskId: otherTask, options, metadata: { a: 1, b: 'x', c: true, d: null }, placeId: 'here' },
        { source, externalId: 'mine', recordedAt: '2026-03-01T12:30:00.000Z' },
      ],
      { taskId, priority: 'BULK', maxProcessingSeconds: 9 },
    );
    const { nodes } = await user.run(
      `query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Analysis { task { id } options metadata placeId externalId
        priority pipeline { name version } image { placeId externalId metadata recordedAt } batch { id task { id } } } } }`,
      { ids },
    );
    const pipeline = { name: 'shelf', version: expect.any(String) };
    // Its images went to several tasks.
    const shared = { priority: 'BULK', pipeline, batch: { id: batch.id, task: null } };
    expect(nodes).toEqual([
      {
        ...shared,
        task: { id: otherTask },
        options,
        metadata: { a: 1, b: 'x', c: true, d: null },
        placeId: 'here',
        externalId: null,
        image: { placeId: 'here', externalId: null, metadata: { a: 1, b: 'x', c: true, d: null }, recordedAt: null },
      },
      {
        ...shared,
        task: { id: taskId },
        options: {},
        metadata: {},
        placeId: null,
        externalId: 'mine',
        image: { placeId: null, externalId: 'mine', metadata: {}, recordedAt: '2026-03-01T12:30:00.000Z' },
      },
    ]);
  });

  test('of which no picture can be used is COMPLETED when it is submitted, and so are its streams', async () => {
    const taskId = await createTask(user);
    const submitted = await submitBatch(user, [{ source: broken }, { source: broken }], { taskId });
    expect(submitted.batch).toMatchObject({ status: 'COMPLETED', failed: 2, processing: 0 });
    const { id: batchId, eventCursor: after } = submitted.batch;
    const progress = await user.collect(batchEvents, { batchId, after });
    expect(progress.map(({ batch }) => batch.status)).toEqual(['COMPLETED']);
    expect(progress[0].batch.finishedAt).not.toBeNull();
    const events = await user.collect(analysisEvents, { filter: { batchId }, after });
    expect([...pathsOf(events)]).toEqual(submitted.ids.map((id) => [id, ['FAILED']]));
    // Without a cursor: where it stands.
    expect(await user.collect(batchEvents, { batchId })).toHaveLength(1);
  });

  test('lies wholly behind its own cursor and that of the same request, and before none that comes later', async () => {
    const taskId = await createTask(user);
    const { batch, ids } = await submitBatch(user, [{ source }], { taskId });
    const { eventCursor } = await user.run('{ eventCursor }');
    const seen = async (after: string) => {
      for await (const event of user.stream(analysisEvents, { filter: { batchId: batch.id }, after }))
        return [event.analysisId, event.status];
    };
    expect(await seen(batch.eventCursor)).toEqual([ids[0], 'QUEUED']);
    const later = seen(eventCursor);
    const cancel = 'mutation ($ids: [ID!]!) { cancelAnalyses(target: { ids: $ids }) { results { __typename } } }';
    await user.run(cancel, { ids });
    expect(await later).toEqual([ids[0], 'CANCELED']);
  });
});

test('an image that is deleted between its look-up and the end of the submission is NOT_FOUND, and nothing is stored', async () => {
  const tenant = await sightline.createTenant();
  const its = createUser({ url: sightline.url, apiKey: tenant.apiKey });
  const taskId = await createTask(its);
  const { ids, analyses } = await submitBatch(its, [{ source }], { taskId });
  await its.run('mutation ($ids: [ID!]) { cancelAnalyses(target: { ids: $ids }) { __typename } }', { ids });
  const imageId = analyses[0].image.id;
  // A twin that holds the key: the submission waits for it, having looked the image up.
  const { pool } = sightline.database;
  const twin = await pool.connect();
  await twin.query('begin');
  await twin.query("insert into idempotency_key values ($1, 'submitBatch', 'k', decode(repeat('00', 32), 'hex'))", [
    tenant.organizationId,
  ]);
  const submitting = its.run(
    `mutation ($input: SubmitBatchInput!) {
      submitBatch(input: $input) { __typename ... on NotFoundError { id message } }
    }`,
    { input: { taskId, idempotencyKey: 'k', images: [{ source: { imageId } }, { source }] } },
  );
  await expect
    .poll(async () => {
      const { rowCount } = await pool.query(
        "select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
      );
      return rowCount;
    })
    .toBe(1);
  await its.run('mutation ($ids: [ID!]!) { deleteImages(ids: $ids) { results { __typename } } }', { ids: [imageId] });
  await twin.query('rollback');
  twin.release();
  expect((await submitting).submitBatch).toMatchObject({ __typename: 'NotFoundError', id: imageId });
  expect((await its.run('{ batches { totalCount } }')).batches.totalCount).toBe(1);
  await its.close();
});

describe('lists', () => {
  let tenant: User;
  let tasks: string[];
  let batches: Submitted[];
  /** Of one that was submitted alone. */
  let alone: string;
  beforeAll(async () => {
    tenant = createUser({ url: sightline.url, apiKey: (await sightline.createTenant()).apiKey });
    tasks = [await createTask(tenant), await createTask(tenant)];
    batches = [];
    for (const [taskId, size] of [
      [tasks[0], 3],
      [tasks[1], 5],
      [tasks[0], 1],
    ] as const)
      batches.push(
        await submitBatch(
          tenant,
          Array.from({ length: size }, (_, index) => ({
            source: index === 0 ? broken : source,
            metadata: { place: index, good: index > 0, name: `${index}` },
          })),
          { taskId },
        ),
      );
    alone = (await recognize(tenant, { taskId: tasks[0], image: { source }, waitSeconds: 0 })).analysis.id;
  });
  afterAll(() => tenant?.close());

  async function listAnalyses(filter: Record<string, unknown>): Promise<string[]> {
    const { analyses } = await tenant.run(
      'query ($filter: AnalysisFilter) { analyses(filter: $filter, first: 100) { totalCount edges { node { id } } } }',
      { filter },
    );
    expect(analyses.totalCount).toBe(analyses.edges.length);
    return analyses.edges.map((edge: Data) => edge.node.id);
  }

  test('of batches are newest first, of one task or all', async () => {
    const list = async (taskId?: string) => {
      const { batches: page } = await tenant.run(
        'query ($taskId: ID) { batches(taskId: $taskId) { totalCount edges { node { id } } } }',
        { taskId },
      );
      expect(page.totalCount).toBe(page.edges.length);
      return page.edges.map((edge: Data) => edge.node.id);
    };
    const [first, second, third] = batches.map(({ batch }) => batch.id);
    expect(await list()).toEqual([third, second, first]);
    expect(await list(tasks[0])).toEqual([third, first]);
    expect(await list('nonsense')).toEqual([]);
  });

  test('of analyses are newest first and hold those that were submitted alone', async () => {
    const all = batches.flatMap(({ ids }) => ids);
    expect(await listAnalyses({})).toEqual([alone, ...all.toReversed()]);
    expect(await listAnalyses({ taskId: tasks[1] })).toEqual(batches[1]!.ids.toReversed());
  });

  test('are narrowed by when analyses were submitted: from inclusive, to exclusive', async () => {
    const { node } = await tenant.run('query ($id: ID!) { node(id: $id) { ... on Analysis { createdAt } } }', {
      id: batches[1]!.ids[0],
    });
    const from = node.createdAt as string;
    // The answer has milliseconds, the row microseconds: the next millisecond is past it.
    const to = new Date(Date.parse(from) + 1).toISOString();
    const inside = await listAnalyses({ createdAt: { from, to } });
    for (const id of batches[1]!.ids) expect(inside).toContain(id);
    expect(await listAnalyses({ createdAt: { from: to, to: from } })).toEqual([]);
    expect(await listAnalyses({ createdAt: { to: '2020-01-01T00:00:00Z' } })).toEqual([]);
    expect(await listAnalyses({ createdAt: { from: '2020-01-01T00:00:00Z' } })).toHaveLength(10);
  });

  test.each([
    ['a text', [{ key: 'name', value: '2' }], 2],
    ['a number', [{ key: 'place', value: '2' }], 2],
    ['a boolean', [{ key: 'good', value: 'false' }], 3],
    [
      'several pairs',
      [
        { key: 'good', value: 'true' },
        { key: 'place', value: '1' },
      ],
      2,
    ],
    ['a key that nothing has', [{ key: 'nothing', value: '' }], 0],
  ])('are narrowed by metadata that holds %s', async (_title, metadata, count) => {
    expect(await listAnalyses({ metadata })).toHaveLength(count);
  });

  test('of a batch go page by page through all of it, once each', async () => {
    const [, batch] = batches;
    const query = `query ($id: ID!, $after: String) { node(id: $id) { ... on Batch { analyses(first: 2, after: $after) {
      totalCount edges { index node { id } } pageInfo { hasNextPage hasPreviousPage endCursor } } } } }`;
    const pages: Data[] = [];
    let after: string | null = null;
    do {
      const { node }: Data = await tenant.run(query, { id: batch!.batch.id, after });
      pages.push(node.analyses);
      after = node.analyses.pageInfo.endCursor;
    } while (pages.at(-1).pageInfo.hasNextPage);
    const edges = pages.flatMap((page) => page.edges);
    expect(edges.map(({ index }) => index)).toEqual([0, 1, 2, 3, 4]);
    expect(edges.map(({ node }) => node.id)).toEqual(batch!.ids);
    expect(pages.map(({ totalCount }) => totalCount)).toEqual([5, 5, 5]);
    expect(pages.map(({ pageInfo }) => pageInfo.hasPreviousPage)).toEqual([false, true, true]);
  });

  test('of a batch are narrowed without losing the places of what is left', async () => {
    const { node } = await tenant.run(
      `query ($id: ID!) { node(id: $id) { ... on Batch { analyses(filter: { status: [QUEUED] }) {
        totalCount edges { index } } } } }`,
      { id: batches[1]!.batch.id },
    );
    expect(node.analyses).toEqual({ totalCount: 4, edges: [1, 2, 3, 4].map((index) => ({ index })) });
  });

  test.each([0, -1, 101])('refuse a page of %d', async (first) => {
    for (const field of ['analyses', 'batches'])
      expect(
        await tenant.fail(`query ($first: Int) { ${field}(first: $first) { totalCount } }`, { first }),
      ).toMatchObject({
        code: 'BAD_USER_INPUT',
        message: expect.stringContaining('1 to 100'),
      });
  });

  test('refuse the cursor of another list', async () => {
    const { batches: page } = await tenant.run('{ batches { pageInfo { endCursor } } }');
    const after = page.pageInfo.endCursor;
    for (const cursor of [after, 'nonsense', ''])
      expect(
        await tenant.fail('query ($after: String) { analyses(after: $after) { edges { cursor } } }', { after: cursor }),
      ).toMatchObject({ code: 'BAD_USER_INPUT' });
  });
});

async function countJobs(): Promise<number> {
  const { rows } = await sql<{ count: number }>`select count(*)::int from graphile_worker.jobs
    where task_identifier = 'analyze'`.execute(sightline.database.db);
  return rows[0]!.count;
}

/** Ids of all its analyses, in its order. */
async function readAll({ batch }: Submitted): Promise<string[]> {
  const query = `query ($id: ID!, $after: String) { node(id: $id) { ... on Batch { analyses(first: 100, after: $after) {
    edges { node { id } } pageInfo { endCursor } } } } }`;
  const first = (await user.run(query, { id: batch.id })).node.analyses;
  const second = (await user.run(query, { id: batch.id, after: first.pageInfo.endCursor })).node.analyses;
  return [...first.edges, ...second.edges].map((edge: Data) => edge.node.id);
}
