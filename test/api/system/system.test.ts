import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { beat, resign } from '../../../src/analyses/worker-processes.repository.ts';
import { decodeId, newId } from '../../../src/ids.ts';
import type { ReportedEngine } from '../../../src/system/engines.ts';
import { exampleBase64 } from '../../support/examples.ts';
import { createTask, submitBatch } from '../../support/recognition.ts';
import { startTestSightline, type TestSightline } from '../../support/sightline.ts';
import { createUser, type Data, type User } from '../../support/user.ts';
import { analyzeVideo, pan } from '../videos/client.ts';

/** Without engines, so what is submitted waits; workers are what beats say of them. */
const fields = /* GraphQL */ `
  id usedCapacity imagesPerSecond version
  image: latency(mediaType: IMAGE) { mediaType unit millisecondsPerUnit }
  video: latency(mediaType: VIDEO) { mediaType unit millisecondsPerUnit }
  queue { queued running oldestQueuedSeconds }
  engines { id state provider threads imagesPerSecond host }
`;

/** A detector and an embedder: which file, and whether an engine has it. */
async function modelsOfShelfFast(): Promise<Data[]> {
  const { pipelines } = await admin.run('{ pipelines { name version models { sha256 ready } } }');
  return pipelines.find(({ name, version }: Data) => `${name}@${version}` === 'shelf-fast@2').models;
}

let sightline: TestSightline;
let admin: User;
let picture: string;
beforeAll(async () => {
  sightline = await startTestSightline();
  admin = createUser(sightline);
  picture = await exampleBase64('products/hustavik-chickpeas.png');
});
afterAll(async () => {
  await admin?.close();
  await sightline?.close();
});

/** What is told is up to a second old, so it is asked for until it is so. */
async function system(user: User, isSo: (system: Data) => boolean = () => true): Promise<Data> {
  return expect
    .poll(async () => (await user.run(`{ system { ${fields} } }`)).system, { timeout: 5_000, interval: 100 })
    .toSatisfy(isSo)
    .then(async () => (await user.run(`{ system { ${fields} } }`)).system);
}

function engine(id: string, report: Partial<ReportedEngine> = {}): ReportedEngine {
  return {
    id,
    state: 'BUSY',
    provider: 'cpu',
    threads: 2,
    imagesPerSecond: 1.5,
    busyShare: 0,
    pictures: 0,
    picturesMs: 0,
    host: 'rack-1',
    models: [],
    ...report,
  };
}

/** A worker that lives until it is disposed of. */
async function worker(...engines: ReportedEngine[]) {
  const { db } = sightline.database;
  const process = {
    id: newId(),
    poolIds: [],
    dataDirId: null,
    livenessKey: null,
    host: 'rack-1',
    pid: 1,
    version: '1',
  };
  await beat(db, process, engines);
  return {
    id: process.id,
    [Symbol.asyncDispose]: async () => {
      await db.transaction().execute((trx) => resign(trx, process));
    },
  };
}

test('without a worker nothing is free, nothing was observed, and no model is ready', async () => {
  expect(await system(admin)).toEqual({
    id: 'system',
    usedCapacity: 1,
    imagesPerSecond: 0,
    version: expect.stringMatching(/^\d+\.\d+\.\d+/),
    image: { mediaType: 'IMAGE', unit: 'image', millisecondsPerUnit: null },
    video: { mediaType: 'VIDEO', unit: 'second of video', millisecondsPerUnit: null },
    queue: { queued: 0, running: 0, oldestQueuedSeconds: null },
    engines: [],
  });
  expect((await modelsOfShelfFast()).map(({ ready }) => ready)).toEqual([false, false]);
});

test('the queue is that of the asking organisation alone, with the age of its oldest', async () => {
  const [mine, theirs] = await Promise.all([sightline.createTenant(), sightline.createTenant()]);
  const [me, they] = [mine, theirs].map(({ apiKey }) => createUser({ url: sightline.url, apiKey })) as [User, User];
  await submitBatch(me, [{ source: { base64: picture } }], { taskId: await createTask(me) });
  await submitBatch(me, [{ source: { base64: picture } }, { source: { base64: picture } }], {
    taskId: await createTask(me),
  });
  const { db } = sightline.database;
  const [oldest] = await db
    .selectFrom('analysis')
    .select('id')
    .where('organization_id', '=', mine.organizationId)
    .orderBy('id')
    .execute();
  await db
    .updateTable('analysis')
    .set({ created_at: new Date(Date.now() - 3_600_000) })
    .where('id', '=', oldest!.id)
    .execute();
  const { queue, engines } = await system(me);
  expect(queue).toEqual({ queued: 3, running: 0, oldestQueuedSeconds: expect.any(Number) });
  expect(queue.oldestQueuedSeconds).toBeGreaterThanOrEqual(3_599);
  expect(engines).toBeNull();
  expect((await system(they)).queue).toEqual({ queued: 0, running: 0, oldestQueuedSeconds: null });
});

describe('with workers', () => {
  test('capacity and latency are over the engines of all of them; engines that do not run are none to use', async () => {
    const [detector, embedder]: string[] = (await modelsOfShelfFast()).map(({ sha256 }) => sha256);
    await using first = await worker(
      engine('engine-1', { busyShare: 1, pictures: 30, picturesMs: 9_000, models: [detector!] }),
      engine('engine-2', { state: 'READY', busyShare: 0.2 }),
    );
    await using second = await worker(
      engine('engine-1', { state: 'READY', pictures: 10, picturesMs: 1_000, host: 'rack-2' }),
      engine('engine-2', { state: 'DEGRADED', busyShare: 0.9, models: [embedder!] }),
    );
    const seen = await system(admin, ({ engines }) => engines.length === 4);
    expect(seen.usedCapacity).toBeCloseTo(0.4);
    // A key with any scope sees how fast the server is, but not its engines.
    expect(seen.imagesPerSecond).toBeCloseTo(4.5);
    const reader = createUser({ url: sightline.url, ...(await sightline.createTenant({ scopes: ['READ'] })) });
    expect(await system(reader)).toMatchObject({ imagesPerSecond: seen.imagesPerSecond, engines: null });
    expect(seen.image.millisecondsPerUnit).toBe(250);
    expect(seen.video.millisecondsPerUnit).toBeNull();
    expect(seen.engines[0]).toEqual({
      id: `${first.id}:engine-1`,
      state: 'BUSY',
      provider: 'cpu',
      threads: 2,
      imagesPerSecond: 1.5,
      host: 'rack-1',
    });
    expect(seen.engines[2]).toMatchObject({ id: `${second.id}:engine-1`, host: 'rack-2' });
    expect((await modelsOfShelfFast()).map(({ ready }) => ready)).toEqual([true, false]);
  });

  test('one that is silent is not counted', async () => {
    await using silent = await worker(engine('engine-1'));
    await system(admin, ({ engines }) => engines.length === 1);
    await sightline.database.db
      .updateTable('worker_process')
      .set({ heartbeat_at: new Date(Date.now() - 60_000) })
      .where('id', '=', silent.id)
      .execute();
    expect(await system(admin, ({ engines }) => engines.length === 0)).toMatchObject({ usedCapacity: 1 });
  });
});

describe('systemStatus', () => {
  const subscription = `subscription ($every: Int!) { systemStatus(everySeconds: $every) { ${fields} } }`;

  test('sends the state now and again and again, each as it is by then', async () => {
    const states = admin.stream(subscription, { every: 1 });
    expect((await states.next()).value).toMatchObject({ id: 'system', usedCapacity: 1, engines: [] });
    await using one = await worker(engine('engine-1', { busyShare: 0.5 }));
    let state: Data;
    do state = (await states.next()).value;
    while (state.engines.length === 0);
    expect(state).toMatchObject({ usedCapacity: 0.5, engines: [{ id: `${one.id}:engine-1` }] });
    await states.return();
  });

  test('comes without a number of seconds, too', async () => {
    const states = admin.stream('subscription { systemStatus { version } }');
    expect((await states.next()).value).toEqual({ version: expect.any(String) });
    await states.return();
  });

  test.each([0, 61])('is refused for every %i seconds', async (every) => {
    await expect(admin.stream(subscription, { every }).next()).rejects.toThrow(`everySeconds is ${every}`);
  });
});

test('a second of video takes what was measured in the last five minutes; seconds without a frame are video, too', async () => {
  const taskId = await createTask(admin);
  const store = async (...seconds: [second: number, processingMs: number, minutesAgo: number][]) => {
    const { id } = await analyzeVideo(admin, { taskId, source: { upload: await pan() } });
    for (const [second, processingMs, minutesAgo] of seconds)
      await sightline.database.pool.query(
        `insert into video_second (organization_id, video_analysis_id, second, frames, frame_count, processing_ms, stored_at)
         select organization_id, id, $2, '[]', 0, $3, now() - $4 * interval '1 minute' from video_analysis where id = $1`,
        [decodeId('videoAnalysis', id), second, processingMs, minutesAgo],
      );
  };
  // 4 s and 6 s of video, beside 2 s that were analysed too long ago.
  await store([0, 400, 4], [3, 600, 4]);
  await store([1, 90_000, 6], [5, 1_500, 1], [7, 500, 0]);
  const { video } = await system(admin, (seen) => seen.video.millisecondsPerUnit !== null);
  expect(video.millisecondsPerUnit).toBe(300);
});
