import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { countStatuses } from '../../../src/analyses/batch-status.ts';
import { lockReplayed, takeImageKeys } from '../../../src/analyses/image-keys.repository.ts';
import { insertBatch, insertBatchMembers } from '../../../src/batches/batches.repository.ts';
import { decodeId, encodeId, newId } from '../../../src/ids.ts';
import { batchEvents, createTask } from '../../support/recognition.ts';
import { startTestSightline, type TestSightline } from '../../support/sightline.ts';
import { createUser, type Data, type User } from '../../support/user.ts';
import { ageKeys, end, imageOf, recognize, submit } from './client.ts';

/** Keys of single images: the same key is the same analysis, wherever it comes from. */
let sightline: TestSightline;
beforeAll(async () => {
  sightline = await startTestSightline();
});
afterAll(() => sightline?.close());

let user: User;
let organizationId: string;
let taskId: string;
beforeEach(async () => {
  const tenant = await sightline.createTenant();
  organizationId = tenant.organizationId;
  user = createUser({ url: sightline.url, apiKey: tenant.apiKey });
  taskId = await createTask(user);
  return () => user.close();
});

/** Connections of this database that wait for a lock. */
async function countWaiting(): Promise<number> {
  const waiting = "select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";
  return (await sightline.database.pool.query(waiting)).rowCount!;
}

async function readBatch(id: string): Promise<Data> {
  const query = `query ($id: ID!) { node(id: $id) { ... on Batch {
    status total processing completed failed canceled finishedAt analyses { totalCount edges { index node { id } } } } } }`;
  return (await user.run(query, { id })).node;
}

describe('an image under a key', () => {
  test('is the analysis that the key made, in every batch that it is sent with', async () => {
    const first = await submit(user, { taskId, images: [await imageOf('red', { idempotencyKey: 'a' })] });
    const otherTask = await createTask(user);
    const images = [await imageOf('blue'), await imageOf('lime', { idempotencyKey: 'a' })];
    const second = await submit(user, { taskId: otherTask, images });
    const [own, replayed] = second.items;
    expect(first.items[0]).toMatchObject({ replayed: false, analysis: { idempotencyKey: 'a' } });
    expect(own).toMatchObject({ replayed: false, analysis: { idempotencyKey: null } });
    expect(replayed).toEqual({ index: 1, replayed: true, analysis: first.items[0].analysis });
    expect(replayed.analysis.batch.id).toBe(first.batch.id);
    expect(second.batch).toMatchObject({ total: 2, processing: 2, task: null });
    expect((await readBatch(second.batch.id)).analyses).toEqual({
      totalCount: 2,
      edges: [
        { index: 0, node: { id: own.analysis.id } },
        { index: 1, node: { id: replayed.analysis.id } },
      ],
    });
    const { images: stored } = await user.run('{ images { totalCount } }');
    expect(stored.totalCount).toBe(2);
  });

  test('counts in all of its batches when it ends, and each of them is told', async () => {
    const images = [await imageOf('red', { idempotencyKey: 'a' })];
    const batches: Data[] = [];
    for (let n = 0; n < 2; n += 1) batches.push(await submit(user, { taskId, images }));
    await end(sightline, batches[0].items[0].analysis.id, { to: 'SUCCEEDED' });
    for (const { batch } of batches) {
      const events = await user.collect(batchEvents, { batchId: batch.id, after: batch.eventCursor });
      expect(events.at(-1).batch).toMatchObject({ status: 'COMPLETED', total: 1, completed: 1, processing: 0 });
    }
  });

  test('that has ended counts at once: a batch of nothing else is COMPLETED, and its stream ends', async () => {
    const images = await Promise.all(['a', 'b', 'c'].map((key) => imageOf('red', { idempotencyKey: key })));
    images.push({ source: { base64: 'bm8gcGljdHVyZQ==' }, idempotencyKey: 'd' });
    const first = await submit(user, { taskId, images });
    const [a, b, c] = first.items.map(({ analysis }: Data) => analysis.id);
    await end(sightline, a, { to: 'SUCCEEDED' });
    await end(sightline, b, { to: 'CANCELED' });
    const open = await submit(user, { taskId, images });
    expect(open.batch).toMatchObject({ status: 'PARTIAL', completed: 1, canceled: 1, failed: 1, processing: 1 });
    await end(sightline, c, { to: 'SUCCEEDED' });
    const ended = await submit(user, { taskId, images });
    expect(ended.batch).toMatchObject({ status: 'COMPLETED', completed: 2, canceled: 1, failed: 1, processing: 0 });
    expect(ended.batch.finishedAt).not.toBeNull();
    expect(await readBatch(open.batch.id)).toMatchObject({ status: 'COMPLETED', completed: 2 });
    const events = await user.collect(batchEvents, { batchId: ended.batch.id });
    expect(events).toHaveLength(1);
  });

  test('may stand twice in one request: one analysis, two entries', async () => {
    const image = await imageOf('red', { idempotencyKey: 'a' });
    const { batch, items } = await submit(user, { taskId, images: [image, await imageOf('blue'), image] });
    expect(items.map(({ replayed }: Data) => replayed)).toEqual([false, false, true]);
    expect(items[2].analysis.id).toBe(items[0].analysis.id);
    await end(sightline, items[0].analysis.id, { to: 'SUCCEEDED' });
    const after = await readBatch(batch.id);
    expect(after).toMatchObject({ total: 3, completed: 2, processing: 1, status: 'PARTIAL' });
    expect(after.analyses.totalCount).toBe(3);
    expect(after.analyses.edges.map(({ index }: Data) => index)).toEqual([0, 1, 2]);
  });

  test('is the analysis of the key for recognizeImage, too', async () => {
    const image = await imageOf('red', { idempotencyKey: 'a' });
    const { items } = await submit(user, { taskId, images: [image] });
    expect(await recognize(user, { taskId, image, waitSeconds: 0 })).toMatchObject({
      replayed: true,
      timedOut: true,
      analysis: { id: items[0].analysis.id },
    });
  });

  test('is a new analysis after 24 hours; the old one still says which key it had', async () => {
    const images = [await imageOf('red', { idempotencyKey: 'a' })];
    const first = await submit(user, { taskId, images });
    await ageKeys(sightline, 25);
    const second = await submit(user, { taskId, images });
    expect(second.items[0]).toMatchObject({ replayed: false, analysis: { idempotencyKey: 'a' } });
    expect(second.items[0].analysis.id).not.toBe(first.items[0].analysis.id);
    const { node } = await user.run('query ($id: ID!) { node(id: $id) { ... on Analysis { idempotencyKey } } }', {
      id: first.items[0].analysis.id,
    });
    expect(node.idempotencyKey).toBe('a');
  });

  test('is one organisation’s own', async () => {
    const images = [await imageOf('red', { idempotencyKey: 'a' })];
    await submit(user, { taskId, images });
    const other = createUser({ url: sightline.url, apiKey: (await sightline.createTenant()).apiKey });
    const theirs = await submit(other, { taskId: await createTask(other), images });
    expect(theirs.items[0].replayed).toBe(false);
  });

  test('is refused when its key is empty or too long', async () => {
    const images = [await imageOf('red', { idempotencyKey: '' })];
    expect(await submit(user, { taskId, images })).toMatchObject({
      __typename: 'ValidationError',
      issues: [{ path: ['images', '0', 'idempotencyKey'] }],
    });
  });
});

describe('at the same time', () => {
  test('batches with the same keys in any order make one analysis a key, and none waits for ever', async () => {
    const keys = ['a', 'b', 'c', 'd', 'e'];
    const rotated = keys.map((_key, by) => [...keys.slice(by), ...keys.slice(0, by)]);
    const image = await imageOf('red');
    const batches = await Promise.all(
      [...rotated, ...rotated.map((order) => [...order].reverse())].map((order) =>
        submit(user, { taskId, images: order.map((idempotencyKey) => ({ ...image, idempotencyKey })) }),
      ),
    );
    const made = new Map<string, Set<string>>();
    for (const { items } of batches)
      for (const { analysis } of items)
        made.set(analysis.idempotencyKey, (made.get(analysis.idempotencyKey) ?? new Set()).add(analysis.id));
    expect([...made.keys()].sort()).toEqual(keys);
    for (const ids of made.values()) expect(ids.size).toBe(1);
    expect(batches.flatMap(({ items }) => items).filter(({ replayed }) => !replayed)).toHaveLength(keys.length);
  });

  test('keys are taken in one order, whatever the order of the images: who waits for one holds none after it', async () => {
    const { db } = sightline.database;
    const take = async (...keys: string[]) => {
      const trx = await db.startTransaction().execute();
      const taken = takeImageKeys(
        trx,
        organizationId,
        keys.map((key) => ({ key, analysisId: newId() })),
      );
      return { taken, rollback: () => trx.rollback().execute() };
    };
    const first = await take('a');
    await first.taken;
    const second = await take('b', 'a');
    await expect.poll(countWaiting, { timeout: 10_000 }).toBe(1);
    const third = await take('b');
    expect((await third.taken).size).toBe(1);
    await third.rollback();
    await first.rollback();
    expect((await second.taken).size).toBe(2);
    await second.rollback();
  });

  test('an analysis that ends while it becomes a member of another batch counts there', async () => {
    const images = [await imageOf('red', { idempotencyKey: 'a' })];
    const analysisId = (await submit(user, { taskId, images })).items[0].analysis.id;
    const uuid = decodeId('analysis', analysisId)!;
    const submission = await sightline.database.db.startTransaction().execute();
    const members = await lockReplayed(submission, organizationId, [uuid]);
    const ending = end(sightline, analysisId, { to: 'SUCCEEDED' });
    await expect.poll(countWaiting, { timeout: 10_000 }).toBe(1);
    const batch = {
      id: newId(),
      organizationId,
      taskId: members[0]!.task_id,
      placeIds: [],
      priority: 0,
      analysisIds: [uuid],
      counts: countStatuses(members.map(({ status }) => status)),
    };
    await insertBatch(submission, batch);
    await insertBatchMembers(submission, batch);
    await submission.commit().execute();
    await ending;
    const after = await readBatch(encodeId('batch', batch.id));
    expect(after).toMatchObject({ status: 'COMPLETED', completed: 1 });
  });
});
