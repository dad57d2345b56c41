import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { moveAnalyses } from '../../../src/analyses/life.repository.ts';
import { decodeId, encodeId, newId } from '../../../src/ids.ts';
import type { Failure } from '../../../src/shared/failure.ts';
import { request } from '../../support/client.ts';
import { pictureBase64 } from '../../support/pictures.ts';
import { createTask, expectType, failures, type Submitted, submitBatch } from '../../support/recognition.ts';
import { startTestSightline, type TestSightline } from '../../support/sightline.ts';
import { createUser, type Data, type User } from '../../support/user.ts';

/** Without a worker: what has become of analyses is decided here, and what runs again stays QUEUED. */
let sightline: TestSightline;
let user: User;
beforeAll(async () => {
  sightline = await startTestSightline();
  user = createUser(sightline);
});
afterAll(async () => {
  await user?.close();
  await sightline?.close();
});

const rerunMutation = /* GraphQL */ `
  mutation ($input: RerunInput!) {
    rerunAnalyses(input: $input) {
      __typename
      ...Failures
      ... on InsufficientCreditsError { required available }
      ... on SubmitBatchPayload {
        replayed
        batch { id status total processing failed eventCursor creditsConsumed task { id } }
        items { index replayed analysis {
          id status priority externalId placeId metadata options location { latitude longitude } image { id } batch { id }
          pipeline { name version } failure { code } rerunOf { id status }
        } }
      }
    }
  }
  ${failures}
`;

async function tryRerun(input: Record<string, unknown>, of: User = user): Promise<Data> {
  return (await of.run(rerunMutation, { input })).rerunAnalyses;
}

/** The payload, with the analyses that were run again in its order. */
async function rerun(input: Record<string, unknown>): Promise<Data> {
  const payload = expectType(await tryRerun(input), 'SubmitBatchPayload');
  const again: string[] = payload.items.map(({ analysis }: Data) => analysis.rerunOf.id);
  return { ...payload, again, analyses: payload.items.map(({ analysis }: Data) => analysis) };
}

let colours = 0;

/** A batch of as many pictures, of which no other has the bytes. */
async function submit(taskId: string, count: number, more: Record<string, unknown> = {}): Promise<Submitted> {
  const images = Array.from({ length: count }, async () => ({
    source: { base64: await pictureBase64({ colour: `#00${(0x1000 + colours++).toString(16)}` }) },
    ...more,
  }));
  return submitBatch(user, await Promise.all(images), { taskId });
}

const failed: Failure = { code: 'ENGINE_CRASHED', message: 'It died.', retryable: true };
const nothing = {
  width: 60,
  height: 40,
  detections: [],
  labels: [],
  accepted: null,
  texts: null,
  codes: null,
  prices: null,
  warnings: [],
  timings: { decodeMs: 0, inferenceMs: 0, matchMs: 0 },
};

/** Brings analyses to their ends, as a worker does. */
async function end(ids: readonly string[], to: 'FAILED' | 'SUCCEEDED', failure: Failure = failed): Promise<void> {
  const outcome = to === 'FAILED' ? { failure } : { result: nothing };
  const moves = ids.flatMap((id) => {
    const move = { analysisId: decodeId('analysis', id)!, agoMs: 0 };
    return [
      { ...move, to: 'RUNNING' as const },
      { ...move, to, ...outcome },
    ];
  });
  await sightline.database.db.transaction().execute((trx) => moveAnalyses(trx, moves));
}

test('what failed because of its picture does not run again by scope FAILED, and does by its id', async () => {
  const taskId = await createTask(user, { pipeline: 'shelf-fast@2' });
  const submitted = await submit(taskId, 2);
  const [broken, crashed] = submitted.ids as [string, string];
  await end([broken], 'FAILED', { code: 'INVALID_IMAGE', message: 'It is cut off.', retryable: false });
  await end([crashed], 'FAILED');
  expect((await rerun({ target: { batchId: submitted.batch.id }, scope: 'FAILED' })).again).toEqual([crashed]);
  expect((await rerun({ target: { ids: [broken] } })).again).toEqual([broken]);
});

describe('of a batch of four, of which two have failed', () => {
  let taskId: string;
  let submitted: Submitted;
  beforeAll(async () => {
    taskId = await createTask(user, { pipeline: 'shelf-fast@2' });
    submitted = await submit(taskId, 4, {
      externalId: 'x',
      placeId: 'aisle',
      metadata: { visit: 7 },
      location: { latitude: 1, longitude: -2 },
      options: { threshold: 0.7 },
    });
    await end(submitted.ids.slice(0, 2), 'FAILED');
    await end(submitted.ids.slice(2, 3), 'SUCCEEDED');
  });

  test('those two run again, beside the old ones, with all that was said of their pictures', async () => {
    const { batch, analyses, again, replayed } = await rerun({
      target: { batchId: submitted.batch.id },
      priority: 'BULK',
    });
    expect(replayed).toBe(false);
    expect(batch).toMatchObject({ status: 'PROCESSING', total: 2, processing: 2, failed: 0, task: { id: taskId } });
    expect(batch.id).not.toBe(submitted.batch.id);
    expect(again).toEqual(submitted.ids.slice(0, 2));
    for (const [index, analysis] of analyses.entries()) {
      expect(submitted.ids).not.toContain(analysis.id);
      expect(analysis).toMatchObject({
        status: 'QUEUED',
        priority: 'BULK',
        externalId: 'x',
        placeId: 'aisle',
        metadata: { visit: 7 },
        options: { threshold: 0.7 },
        location: { latitude: 1, longitude: -2 },
        image: { id: submitted.analyses[index].image.id },
        batch: { id: batch.id },
        rerunOf: { status: 'FAILED' },
      });
    }
    const { node } = await user.run(
      'query ($id: ID!) { node(id: $id) { ... on Batch { failed completed analyses { totalCount } } } }',
      { id: submitted.batch.id },
    );
    expect(node).toEqual({ failed: 2, completed: 1, analyses: { totalCount: 4 } });
  });

  test('its members are told of from the first event on, and workers are called', async () => {
    const before = await countTokens();
    const { batch, analyses } = await rerun({ target: { batchId: submitted.batch.id } });
    expect(await countTokens()).toBe(before + 1);
    const heard: string[] = [];
    for await (const event of user.stream(
      'subscription ($id: ID!, $after: String) { analysisEvents(filter: { batchId: $id }, after: $after) { ... on AnalysisStatusChanged { analysisId status } } }',
      { id: batch.id, after: batch.eventCursor },
    )) {
      heard.push(`${event.analysisId} ${event.status}`);
      if (heard.length === 2) break;
    }
    expect(heard).toEqual(analyses.map(({ id }: Data) => `${id} QUEUED`));
  });

  test('all four run again with scope ALL, in the order of the request', async () => {
    const { again } = await rerun({ target: { batchId: submitted.batch.id }, scope: 'ALL' });
    expect(again).toEqual(submitted.ids);
  });

  test('ids run again in their order, whatever has become of them and whatever the scope', async () => {
    const ids = [submitted.ids[3]!, submitted.ids[2]!, submitted.ids[0]!];
    const { again, analyses } = await rerun({ target: { ids }, scope: 'FAILED' });
    expect(again).toEqual(ids);
    expect(analyses.map(({ rerunOf }: Data) => rerunOf.status)).toEqual(['QUEUED', 'SUCCEEDED', 'FAILED']);
  });
});

async function countTokens(): Promise<number> {
  const { rows } = await sightline.database.pool.query(
    "select count(*)::int as count from graphile_worker.jobs where task_identifier = 'analyze'",
  );
  return rows[0].count;
}

test('a task runs again with the pipeline and the settings that it has by now', async () => {
  const taskId = await createTask(user, { pipeline: 'shelf-fast@2' });
  const { ids } = await submit(taskId, 1);
  await end(ids, 'SUCCEEDED');
  const { pipelines } = await user.run('{ pipelines { name version taskTypes } }');
  const other = pipelines.find(
    ({ name, version, taskTypes }: Data) => `${name}@${version}` !== 'shelf-fast@2' && taskTypes.includes('DETECTION'),
  );
  const wanted = { name: other?.name ?? 'shelf', version: other?.version ?? '1' };
  await user.run('mutation ($input: UpdateTaskInput!) { updateTask(input: $input) { __typename } }', {
    input: { id: taskId, pipeline: `${wanted.name}@${wanted.version}`, computeShares: true },
  });
  const { analyses, again } = await rerun({ target: { taskId }, scope: 'ALL' });
  expect(again).toEqual(ids);
  expect(analyses[0].pipeline).toEqual(wanted);
  const { rows } = await sightline.database.pool.query(
    'select id, compute_shares, pipeline from analysis where task_id = $1 order by id',
    [decodeId('task', taskId)],
  );
  expect(rows.map((row) => [row.compute_shares, row.pipeline])).toEqual([
    [false, 'shelf-fast@2'],
    [true, `${wanted.name}@${wanted.version}`],
  ]);
});

test('maxBatchSize of the plan does not count, and what one analysis may take is kept', async () => {
  const tenant = await sightline.createTenant({ plan: 'FREE' });
  const small = createUser({ url: sightline.url, apiKey: tenant.apiKey });
  await sightline.database.pool.query('update plan set metered = false where name = $1', ['FREE']);
  const taskId = await createTask(small);
  const first = await submitBatch(small, [{ source: { base64: await pictureBase64() } }], {
    taskId,
    maxProcessingSeconds: 9,
  });
  const ids = Array(21).fill(first.ids[0]);
  const payload = expectType(await tryRerun({ target: { ids } }, small), 'SubmitBatchPayload');
  expect(payload.batch.total).toBe(21);
  const { rows } = await sightline.database.pool.query(
    'select count(*)::int as count from analysis where batch_id = $1 and max_processing_seconds = 9',
    [decodeId('batch', payload.batch.id)],
  );
  expect(rows[0].count).toBe(21);
  await small.close();
});

describe('what cannot run again', () => {
  let taskId: string;
  let submitted: Submitted;
  beforeAll(async () => {
    taskId = await createTask(user);
    submitted = await submit(taskId, 2);
    await end(submitted.ids, 'FAILED');
    await user.run('mutation ($ids: [ID!]!) { deleteImages(ids: $ids) { __typename } }', {
      ids: [submitted.analyses[0].image.id],
    });
  });

  test('is passed over in a batch, and refused by its place among ids', async () => {
    expect((await rerun({ target: { batchId: submitted.batch.id } })).again).toEqual([submitted.ids[1]]);
    const refused = await tryRerun({ target: { ids: [submitted.ids[1], submitted.ids[0]] } });
    expect(refused).toMatchObject({
      __typename: 'ValidationError',
      issues: [{ path: ['target', 'ids', '1'], message: 'Its image has been deleted.' }],
    });
  });

  test.each([
    ['an unknown batch', () => ({ batchId: encodeId('batch', newId()) })],
    ['an unknown task', () => ({ taskId: 'task_nothing' })],
    ['an unknown analysis among others', () => ({ ids: [submitted.ids[1], encodeId('analysis', newId())] })],
  ])('%s is not found', async (_title, target) => {
    expect(await tryRerun({ target: target() })).toMatchObject({ __typename: 'NotFoundError' });
  });

  test('analyses of another organisation are not found', async () => {
    const { apiKey } = await sightline.createTenant();
    const stranger = createUser({ url: sightline.url, apiKey });
    for (const target of [{ ids: submitted.ids }, { batchId: submitted.batch.id }, { taskId }])
      expect(await tryRerun({ target }, stranger)).toMatchObject({ __typename: 'NotFoundError' });
    await stranger.close();
  });

  test('is everything in a batch of which nothing has failed, of no ids, and of a deleted task', async () => {
    const fine = await submit(taskId, 1);
    for (const target of [{ batchId: fine.batch.id }, { ids: [] }])
      expect(await tryRerun({ target })).toMatchObject({
        __typename: 'ValidationError',
        message: expect.stringContaining('nothing to rerun'),
      });
    const deleted = await createTask(user);
    const { ids, batch } = await submit(deleted, 1);
    await user.run('mutation ($id: ID!) { deleteTask(id: $id) { __typename } }', { id: deleted });
    expect(await tryRerun({ target: { taskId: deleted } })).toMatchObject({ __typename: 'NotFoundError' });
    for (const target of [{ batchId: batch.id }, { ids }])
      expect(await tryRerun({ target, scope: 'ALL' })).toMatchObject({ __typename: 'ValidationError' });
  });
});

test('a picture that could not be used fails again at once, costs nothing, and calls nobody', async () => {
  const taskId = await createTask(user);
  const { ids } = await submitBatch(user, [{ file: new Blob(['no picture']) }], { taskId });
  const { batch, analyses } = await rerun({ target: { ids } });
  expect(batch).toMatchObject({ status: 'COMPLETED', total: 1, failed: 1, creditsConsumed: 0 });
  expect(analyses[0]).toMatchObject({ status: 'FAILED', failure: { code: expect.any(String) } });
});

test('the one that was run again may be gone', async () => {
  const taskId = await createTask(user);
  const { ids } = await submit(taskId, 1);
  const { analyses } = await rerun({ target: { ids } });
  await sightline.database.pool.query('delete from batch_analysis where analysis_id = $1', [
    decodeId('analysis', ids[0]!),
  ]);
  await sightline.database.pool.query('delete from analysis where id = $1', [decodeId('analysis', ids[0]!)]);
  const { node } = await user.run('query ($id: ID!) { node(id: $id) { ... on Analysis { rerunOf { id } } } }', {
    id: analyses[0].id,
  });
  expect(node).toEqual({ rerunOf: null });
});

test('costs like what is submitted, all or none', async () => {
  const { apiKey, organizationId } = await sightline.createTenant({ plan: 'STARTER' });
  const payer = createUser({ url: sightline.url, apiKey });
  const grant = (amount: number) =>
    sightline.database.pool.query(
      "insert into credit_entry (id, organization_id, amount, reason) values ($1, $2, $3, 'GRANT')",
      [newId(), organizationId, amount],
    );
  await grant(3);
  const taskId = await createTask(payer);
  const pictures = [
    { source: { base64: await pictureBase64({ colour: '#abcdef' }) } },
    { source: { base64: await pictureBase64() } },
  ];
  const { ids } = await submitBatch(payer, pictures, { taskId });
  expect(await tryRerun({ target: { ids } }, payer)).toMatchObject({
    __typename: 'InsufficientCreditsError',
    required: 2,
    available: 1,
  });
  await grant(1);
  expect(expectType(await tryRerun({ target: { ids } }, payer), 'SubmitBatchPayload').batch.creditsConsumed).toBe(2);
  await payer.close();
});

test('a repeat under the same key answers what was answered first, and another request under it is refused', async () => {
  const taskId = await createTask(user);
  const { ids } = await submit(taskId, 2);
  const input = { target: { ids }, idempotencyKey: 'again' };
  const first = await rerun(input);
  const twins = await Promise.all([rerun(input), rerun(input)]);
  for (const twin of twins) expect([twin.replayed, twin.batch.id]).toEqual([true, first.batch.id]);
  expect(await tryRerun({ ...input, target: { ids: ids.slice(1) } })).toMatchObject({
    __typename: 'IdempotencyConflictError',
  });
  const { body } = await request(sightline.url, {
    query: rerunMutation,
    variables: { input: { target: { ids } } },
    apiKey: sightline.apiKey,
    headers: { 'idempotency-key': 'again' },
  });
  expect(body.data.rerunAnalyses).toMatchObject({ replayed: true, batch: { id: first.batch.id } });
});
