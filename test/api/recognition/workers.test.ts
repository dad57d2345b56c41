import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { loadConfig } from '../../../src/config.ts';
import { decodeId } from '../../../src/ids.ts';
import { createLogger } from '../../../src/log.ts';
import { type Sightline, startSightline } from '../../../src/server.ts';
import { exampleBase64, exampleFile } from '../../support/examples.ts';
import { pictureBase64 } from '../../support/pictures.ts';
import {
  analysisEvents,
  awaitActive,
  awaitEnd,
  createItem,
  createTask,
  expectType,
  failures,
  recognize,
  type Submitted,
  submitBatch,
} from '../../support/recognition.ts';
import { startTestSightline, type TestSightline } from '../../support/sightline.ts';
import { createUser, type Data, type User } from '../../support/user.ts';

/**
 * An api first, and a worker with one engine only when everything is submitted: so the order in which it takes the work is
 * that of the rules, and no chance of who came first.
 */
let sightline: TestSightline;
let worker: Sightline;
let user: User;
let other: User;
let taskId: string;
/** A picture that an engine needs seconds for: some 30 tiles, and a thousand products to look at. */
let slow: Blob;
beforeAll(async () => {
  sightline = await startTestSightline();
  user = createUser(sightline);
  other = createUser({ url: sightline.url, apiKey: (await sightline.createTenant()).apiKey });
  taskId = await createTask(user);
  slow = await slowPicture();
});
afterAll(async () => {
  await user?.close();
  await other?.close();
  await worker?.close(0);
  await sightline?.close();
});

function startWorker(): Promise<Sightline> {
  const { database, dataDir } = sightline;
  const env = { DATABASE_URL: database.url, DATA_DIR: dataDir, MODELS_DIR: inject('pinnedModels') };
  const engines = { ENGINES: '1', ENGINE_THREADS: '1' };
  return startSightline(loadConfig({ ...env, ...engines }), 'worker', createLogger({ level: 'fatal', format: 'json' }));
}

async function slowPicture(): Promise<Blob> {
  const shelf = Buffer.from(await (await exampleFile('shelves/1-breakfast.jpg')).arrayBuffer());
  const tile = await sharp(shelf).resize({ width: 1000 }).toBuffer();
  const tiles = Array.from({ length: 36 }, (_, index) => ({
    input: tile,
    left: (index % 6) * 1000,
    top: Math.floor(index / 6) * 750,
  }));
  const canvas = sharp({ create: { width: 6000, height: 4500, channels: 3, background: '#808080' } });
  return new Blob([new Uint8Array(await canvas.composite(tiles).jpeg({ quality: 70 }).toBuffer())]);
}

/** Ids of analyses in the order in which engines began them, whoever's they are. */
async function startOrder(submitted: readonly Submitted[]): Promise<string[]> {
  const ids = new Map(submitted.flatMap((one) => one.ids).map((id) => [decodeId('analysis', id), id]));
  const rows = await sightline.database.db
    .selectFrom('event')
    .select(['entity_id', 'state'])
    .where('kind', '=', 'ANALYSIS')
    .orderBy('xid')
    .orderBy('id')
    .execute();
  return rows.flatMap(({ entity_id, state }) =>
    (state as { status: string }).status === 'RUNNING' ? (ids.get(entity_id) ?? []) : [],
  );
}

/** What a worker with one engine claims at most at once; of these, whichever is read from disk first begins first. */
const claimSize = 8;

describe('what waits when a worker comes', () => {
  let bulk: Submitted;
  let many: Submitted;
  let few: Submitted;
  let interactive: Data;
  let order: string[];
  beforeAll(async () => {
    const source = { base64: await pictureBase64() };
    const pictures = (count: number) => Array.from({ length: count }, () => ({ source }));
    bulk = await submitBatch(user, pictures(2), { taskId, priority: 'BULK' });
    many = await submitBatch(user, pictures(18), { taskId });
    few = await submitBatch(other, pictures(2), { taskId: await createTask(other) });
    interactive = expectType(
      await recognize(user, { taskId, image: { source }, waitSeconds: 0 }),
      'RecognizeImagePayload',
    );
    worker = await startWorker();
    await Promise.all([awaitEnd(user, bulk), awaitEnd(user, many), awaitEnd(other, few)]);
    const single = { ids: [interactive.analysis.id] };
    await user.collect(analysisEvents, { filter: single });
    order = await startOrder([bulk, many, few, single as Submitted]);
  });

  test('all runs, each once', () => {
    expect(order.toSorted()).toEqual([...bulk.ids, ...many.ids, ...few.ids, interactive.analysis.id].toSorted());
  });

  test('lets the picture that somebody waits for overtake, and leaves BULK to the end', () => {
    expect(interactive).toMatchObject({ timedOut: true, analysis: { status: 'QUEUED', priority: 'INTERACTIVE' } });
    expect(place(interactive.analysis.id)).toBeLessThan(claimSize);
    for (const id of bulk.ids) expect(place(id)).toBeGreaterThanOrEqual(order.length - claimSize);
  });

  test('lets an organisation with little take its turns beside one with much', () => {
    for (const id of few.ids) expect(place(id)).toBeLessThan(claimSize);
  });

  test('goes by age within an organisation', () => {
    many.ids.forEach((id, index) => {
      const later = many.ids.slice(index + claimSize);
      for (const younger of later) expect(place(younger)).toBeGreaterThan(place(id));
    });
  });

  function place(id: string): number {
    return order.indexOf(id);
  }
});

describe('a picture that an engine needs seconds for', () => {
  // An item to match with makes it look at each of the products.
  beforeAll(async () => {
    const thumbnail = { base64: await exampleBase64('products/dunnaby-plum-jam.jpg') };
    const item = await createItem(user, { thumbnail });
    await awaitActive(user, [item.id]);
  });

  test('ends FAILED when it takes longer than it may, and the next picture is not harmed', async () => {
    const submitted = await submitBatch(user, [{ file: slow }], { taskId, maxProcessingSeconds: 1 });
    await awaitEnd(user, submitted);
    const { node } = await user.run(
      `query ($id: ID!) { node(id: $id) { ... on Analysis { status startedAt failure { code message } detections { id } } } }`,
      { id: submitted.ids[0] },
    );
    expect(node).toEqual({
      status: 'FAILED',
      startedAt: expect.any(String),
      failure: { code: 'PROCESSING_TIME_EXCEEDED', message: expect.stringContaining('1 s') },
      detections: [],
    });
    expect((await recognizeSmall()).analysis.status).toBe('SUCCEEDED');
  });

  test('is thrown away when it is canceled while it runs', async () => {
    const submitted = await submitBatch(user, [{ file: slow }], { taskId });
    const [id] = submitted.ids as [string];
    const { id: batchId, eventCursor: after } = submitted.batch;
    const path: string[] = [];
    for await (const event of user.stream(analysisEvents, { filter: { batchId }, after })) {
      path.push(event.status);
      if (event.status === 'RUNNING')
        expect(await cancel(id)).toMatchObject({ __typename: 'Analysis', status: 'CANCELED' });
    }
    expect(path).toEqual(['QUEUED', 'RUNNING', 'CANCELED']);
    // The engine has done another picture since, so it has ended or given up this one.
    expect((await recognizeSmall()).analysis.status).toBe('SUCCEEDED');
    const { node } = await user.run(
      `query ($id: ID!) { node(id: $id) { ... on Analysis {
        status detectionCount detections { id } finishedAt batch { status canceled completed } } } }`,
      { id },
    );
    expect(node).toEqual({
      status: 'CANCELED',
      detectionCount: 0,
      detections: [],
      finishedAt: expect.any(String),
      batch: { status: 'COMPLETED', canceled: 1, completed: 0 },
    });
    expect(await cancel(id)).toMatchObject({ __typename: 'ConflictError' });
  });

  async function cancel(id: string): Promise<Data> {
    const mutation = `mutation ($ids: [ID!]!) { cancelAnalyses(target: { ids: $ids }) { results {
      __typename ...Failures ... on Analysis { status } } } } ${failures}`;
    return (await user.run(mutation, { ids: [id] })).cancelAnalyses.results[0];
  }

  async function recognizeSmall(): Promise<Data> {
    const image = { source: { base64: await pictureBase64() } };
    return expectType(await recognize(user, { taskId, image }), 'RecognizeImagePayload');
  }
});
