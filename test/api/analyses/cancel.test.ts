import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { decodeId, encodeId, newId } from '../../../src/ids.ts';
import { pictureBase64 } from '../../support/pictures.ts';
import { analysisEvents, batchEvents, createTask, failures, submitBatch } from '../../support/recognition.ts';
import { startTestSightline, type TestSightline } from '../../support/sightline.ts';
import { createUser, type Data, type User } from '../../support/user.ts';

/** Cancels of what waits. There is no worker here, so nothing runs; test/api/recognition/workers.test.ts cancels what does. */
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

let taskId: string;
beforeEach(async () => {
  taskId = await createTask(user);
});

const cancelMutation = `
  mutation ($target: AnalysisTarget!) { cancelAnalyses(target: $target) { results {
    __typename ...Failures ... on Analysis { id status startedAt finishedAt }
  } } }
  ${failures}`;

async function cancel(target: Record<string, unknown>): Promise<Data[]> {
  return (await user.run(cancelMutation, { target })).cancelAnalyses.results;
}

const canceled = (id: string) => ({
  __typename: 'Analysis',
  id,
  status: 'CANCELED',
  startedAt: null,
  finishedAt: expect.any(String),
});

const pictures = (count: number) => Array.from({ length: count }, () => ({ source }));

async function counters(batchId: string): Promise<Data> {
  const query = `query ($id: ID!) { node(id: $id) { ... on Batch { status total processing failed canceled } } }`;
  return (await user.run(query, { id: batchId })).node;
}

test('by ids cancels those in the order asked for, and says for each what became of it', async () => {
  const submitted = await submitBatch(user, [...pictures(3), { source: { base64: '' } }], { taskId });
  const [first, second, third, failed] = submitted.ids as [string, string, string, string];
  const unknown = encodeId('analysis', newId());
  const ofAnotherKind = submitted.batch.id;
  const results = await cancel({ ids: [third, unknown, failed, first, ofAnotherKind, 'nonsense'] });
  expect(results).toEqual([
    canceled(third),
    { __typename: 'NotFoundError', code: 'NOT_FOUND', id: unknown, message: expect.stringContaining(unknown) },
    { __typename: 'ConflictError', code: 'CONFLICT', message: expect.stringContaining('FAILED') },
    canceled(first),
    expect.objectContaining({ __typename: 'NotFoundError', id: ofAnotherKind }),
    expect.objectContaining({ __typename: 'NotFoundError', id: 'nonsense' }),
  ]);
  expect(await counters(submitted.batch.id)).toEqual({
    status: 'PARTIAL',
    total: 4,
    processing: 1,
    failed: 1,
    canceled: 2,
  });
  expect((await cancel({ ids: [first] }))[0]).toMatchObject({ __typename: 'ConflictError' });
  expect((await cancel({ ids: [second] }))[0]).toEqual(canceled(second));
  expect(await counters(submitted.batch.id)).toMatchObject({ status: 'COMPLETED', processing: 0, canceled: 3 });
});

test('of the same analysis twice in one request is one cancel', async () => {
  const submitted = await submitBatch(user, pictures(1), { taskId });
  const [id] = submitted.ids as [string];
  expect(await cancel({ ids: [id, id] })).toEqual([canceled(id), canceled(id)]);
  expect(await counters(submitted.batch.id)).toMatchObject({ status: 'COMPLETED', canceled: 1 });
});

test('by batch cancels what has not ended of it, in order of submission, and completes its streams', async () => {
  const submitted = await submitBatch(user, [...pictures(2), { source: { base64: '' } }, ...pictures(1)], { taskId });
  const other = await submitBatch(user, pictures(1), { taskId });
  const [first, second, , fourth] = submitted.ids as [string, string, string, string];
  const { id: batchId, eventCursor: after } = submitted.batch;
  const streams = Promise.all([
    user.collect(analysisEvents, { filter: { batchId }, after }),
    user.collect(batchEvents, { batchId }),
  ]);
  expect(await cancel({ batchId })).toEqual([first, second, fourth].map(canceled));
  const [events, progress] = await streams;
  expect(events.filter(({ status }) => status === 'CANCELED').map(({ previousStatus }) => previousStatus)).toEqual([
    'QUEUED',
    'QUEUED',
    'QUEUED',
  ]);
  expect(progress.at(-1).batch).toMatchObject({ status: 'COMPLETED', canceled: 3, failed: 1, progress: 1 });
  expect(await cancel({ batchId })).toEqual([]);
  expect(await counters(other.batch.id)).toMatchObject({ status: 'PROCESSING', canceled: 0 });
});

test('by task cancels what waits of it, in whatever batch, and nothing of other tasks', async () => {
  const otherTask = await createTask(user);
  const mixed = await submitBatch(user, [{ source }, { source, taskId: otherTask }], { taskId });
  const second = await submitBatch(user, pictures(1), { taskId });
  expect(await cancel({ taskId })).toEqual([canceled(mixed.ids[0]!), canceled(second.ids[0]!)]);
  expect(await counters(mixed.batch.id)).toMatchObject({ status: 'PARTIAL', processing: 1, canceled: 1 });
  expect(await cancel({ taskId: otherTask })).toEqual([canceled(mixed.ids[1]!)]);
});

test('of a task with thousands is done in parts, all of it, in order', async () => {
  const submitted = await submitBatch(user, pictures(1), { taskId });
  // As many more of it as one transaction does not take.
  await sightline.database.pool.query(
    `insert into analysis (id, organization_id, task_id, image_id, batch_id, status, priority, pipeline)
     select added.id, organization_id, task_id, image_id, batch_id, status, priority, pipeline
     from analysis, unnest($2::uuid[]) as added(id) where analysis.id = $1`,
    [decodeId('analysis', submitted.ids[0]!), Array.from({ length: 2_000 }, newId)],
  );
  const results = await cancel({ taskId });
  expect(results).toHaveLength(2_001);
  expect(new Set(results.map(({ status }) => status))).toEqual(new Set(['CANCELED']));
  const ids = results.map(({ id }) => decodeId('analysis', id));
  expect(ids).toEqual(ids.toSorted());
  expect(await cancel({ taskId })).toEqual([]);
});

describe('a target that is not there', () => {
  test.each([
    ['batchId', 'batch'],
    ['taskId', 'task'],
  ] as const)('as %s is one NotFoundError with the id as it was sent', async (field, kind) => {
    for (const id of [encodeId(kind, newId()), 'nonsense', encodeId('image', newId())])
      expect(await cancel({ [field]: id })).toEqual([
        { __typename: 'NotFoundError', code: 'NOT_FOUND', id, message: expect.stringContaining(id) },
      ]);
  });

  test('at all is refused before anything is done, as are two at once', async () => {
    for (const target of [{}, { ids: [], batchId: 'batch_1' }, { ids: null }])
      expect((await user.fail(cancelMutation, { target })).message).toContain('Variable "$target" got invalid value');
  });

  test('as an empty list is an empty answer', async () => {
    expect(await cancel({ ids: [] })).toEqual([]);
  });
});

test('two cancels at the same moment cancel once: one of them meets a conflict', async () => {
  const submitted = await submitBatch(user, pictures(20), { taskId });
  const { ids } = submitted;
  const answers = await Promise.all([cancel({ ids }), cancel({ ids: ids.toReversed() })]);
  const types = ids.map((_, index) => [answers[0]![index]!.__typename, answers[1]!.at(-1 - index)!.__typename].sort());
  expect(types).toEqual(ids.map(() => ['Analysis', 'ConflictError']));
  expect(await counters(submitted.batch.id)).toMatchObject({ status: 'COMPLETED', canceled: 20 });
});
