import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { chunkSize } from '../../src/analyses/life.ts';
import { exampleBase64 } from '../support/examples.ts';
import { awaitEnd, createTask, submitBatch } from '../support/recognition.ts';
import { startTestSightline, type TestSightline } from '../support/sightline.ts';
import { createUser, type Data, type User } from '../support/user.ts';

/** One real engine, two organisations, and what Query.system says of it meanwhile. */
const queuedPictures = 5_000;
const batchSize = 200;
const systemQuery =
  '{ system { usedCapacity latency(mediaType: IMAGE) { millisecondsPerUnit } engines { state } } pipelines { models { ready } } }';

let sightline: TestSightline;
let many: User;
let single: User;
let admin: User;
beforeAll(async () => {
  sightline = await startTestSightline({ role: 'start', env: { ENGINES: '1' } });
  admin = createUser(sightline);
  const tenants = await Promise.all([sightline.createTenant(), sightline.createTenant()]);
  [many, single] = tenants.map(({ apiKey }) => createUser({ url: sightline.url, apiKey })) as [User, User];
});
afterAll(() => sightline?.close());

test("with 5,000 pictures of one organisation queued, another's starts within three chunks, and the engine is seen at work", async () => {
  const source = { base64: await exampleBase64('products/hustavik-chickpeas.png') };
  const [theirTask, taskId] = await Promise.all([createTask(many), createTask(single)]);
  const first = await submitBatch(many, [{ source }], { taskId: theirTask });
  const same = { source: { imageId: first.analyses[0].image.id } };
  for (let queued = 1; queued < queuedPictures; queued += batchSize) {
    const size = Math.min(batchSize, queuedPictures - queued);
    await submitBatch(
      many,
      Array.from({ length: size }, () => same),
      { taskId: theirTask },
    );
  }

  const { db } = sightline.database;
  const [before] = await db.selectFrom('analysis').select(sql<Date>`clock_timestamp()`.as('now')).limit(1).execute();
  const other = await submitBatch(single, [{ source }], { taskId, priority: 'NORMAL' });
  await awaitEnd(single, other);
  const { node } = await single.run('query ($id: ID!) { node(id: $id) { ... on Analysis { status startedAt } } }', {
    id: other.ids[0],
  });
  expect(node.status).toBe('SUCCEEDED');
  const { started } = await db
    .selectFrom('analysis')
    .select((eb) => eb.fn.countAll<string>().as('started'))
    .where('started_at', '>', before!.now)
    .where('started_at', '<', new Date(node.startedAt))
    .executeTakeFirstOrThrow();
  expect(Number(started)).toBeLessThanOrEqual(3 * chunkSize);
  // Otherwise the queue was too short to have stood in anybody's way.
  const { queue } = (await many.run('{ system { queue { queued running } } }')).system;
  expect(queue.queued).toBeGreaterThan(queuedPictures / 2);

  // Its heartbeat tells of it, every five seconds.
  const atWork = ({ system }: Data) => system.usedCapacity > 0.5 && system.latency.millisecondsPerUnit > 0;
  await expect.poll(() => admin.run(systemQuery), { timeout: 15_000, interval: 500 }).toSatisfy(atWork);
  const { system, pipelines } = await admin.run(systemQuery);
  expect(system).toMatchObject({ engines: [{ state: 'BUSY' }] });
  expect(pipelines.flatMap(({ models }: Data) => models).every(({ ready }: Data) => ready)).toBe(true);
  await many.run('mutation ($taskId: ID!) { cancelAnalyses(target: { taskId: $taskId }) { __typename } }', {
    taskId: theirTask,
  });
}, 120_000);
