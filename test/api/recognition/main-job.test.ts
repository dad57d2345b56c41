import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  exampleBase64,
  exampleFile,
  exampleProducts,
  exampleShelf,
  type Product,
  productAt,
  type Rectangle,
} from '../../support/examples.ts';
import {
  analysisEvents,
  awaitActive,
  batchEvents,
  createExampleItem,
  createTask,
  expectType,
  itemEvents,
  pathsOf,
  recognize,
  type Submitted,
  submitBatch,
} from '../../support/recognition.ts';
import { startTestSightline, type TestSightline } from '../../support/sightline.ts';
import { createUser, type Data, type User } from '../../support/user.ts';

/** The whole way of a picture through the public API, with a real engine and the real models. */
const breakfast = 'shelves/1-breakfast.jpg';
const drinks = 'shelves/2-drinks.jpg';

let sightline: TestSightline;
let user: User;
let products: Product[];
/** Ids of their items, in the same order. */
let items: string[];
let taskId: string;
beforeAll(async () => {
  sightline = await startTestSightline({ role: 'start', env: { ENGINES: '1' } });
  user = createUser(sightline);
  products = await exampleProducts(
    'querrick-oat-rings',
    'dunnaby-plum-jam',
    'kolvaro-dark-roast',
    'pondello-lemon-soda',
  );
});
afterAll(async () => {
  await user?.close();
  await sightline?.close();
});

test('catalogue items are pushed from INDEXING to ACTIVE, and the stream over them ends', async () => {
  const { eventCursor } = await user.run('{ eventCursor }');
  items = await Promise.all(products.map((product) => createExampleItem(user, product)));
  const events = await user.collect(itemEvents, { ids: items, after: eventCursor });
  for (const id of items) {
    const statuses = events.filter((event) => event.catalogItemId === id).map((event) => event.status);
    expect(statuses).toEqual(['INDEXING', 'ACTIVE']);
  }
  expect(events).toHaveLength(2 * items.length);
});

describe('a batch of two shelves, a cut-off picture and a text', () => {
  let submitted: Submitted;
  let events: Data[];
  let progress: Data[];
  beforeAll(async () => {
    taskId = await createTask(user, { name: 'Shelves', catalogItemIds: items, topCandidates: 3 });
    const shelf = await exampleFile(breakfast);
    submitted = await submitBatch(
      user,
      [
        { file: shelf, externalId: 'breakfast', placeId: 'aisle-1', metadata: { visit: 7 } },
        { file: new Blob(['This is no picture.']), externalId: 'text' },
        { file: shelf.slice(0, shelf.size / 2), externalId: 'cut-off', placeId: 'aisle-1' },
        { file: await exampleFile(drinks), externalId: 'drinks', placeId: 'aisle-2' },
      ],
      { taskId },
    );
    const { id: batchId, eventCursor: after } = submitted.batch;
    [events, progress] = await Promise.all([
      user.collect(analysisEvents, { filter: { batchId }, after }),
      user.collect(batchEvents, { batchId, after }),
    ]);
  });

  test('is answered before anything ran, in the order of the request, with what the header showed', () => {
    expect(submitted.analyses.map(({ externalId }) => externalId)).toEqual(['breakfast', 'text', 'cut-off', 'drinks']);
    expect(submitted.analyses[1]).toMatchObject({
      status: 'FAILED',
      failure: { code: 'INVALID_IMAGE', message: expect.stringContaining('not an image'), retryable: false },
      image: { status: 'FAILED' },
    });
    expect(submitted.batch).toMatchObject({ total: 4, failed: 1, status: 'PARTIAL' });
  });

  test('sends every move of every picture exactly once and in order, and then completes', () => {
    const [breakfastId, textId, cutOffId, drinksId] = submitted.ids;
    expect(Object.fromEntries(pathsOf(events))).toEqual({
      [breakfastId!]: ['QUEUED', 'RUNNING', 'SUCCEEDED'],
      [textId!]: ['FAILED'],
      [cutOffId!]: ['QUEUED', 'RUNNING', 'FAILED'],
      [drinksId!]: ['QUEUED', 'RUNNING', 'SUCCEEDED'],
    });
    for (const id of submitted.ids) {
      const path = events.filter((event) => event.analysisId === id);
      expect(path.map((event) => event.previousStatus)).toEqual([
        null,
        ...path.slice(0, -1).map((event) => event.status),
      ]);
      expect(path.at(-1).analysis).toEqual({ id, status: path.at(-1).status });
    }
    expect(new Set(events.map((event) => event.cursor)).size).toBe(events.length);
  });

  test('goes on after any of its cursors without a gap or a repeat', async () => {
    for (const index of [0, 3, events.length - 2]) {
      const after = events[index].cursor;
      const rest = await user.collect(analysisEvents, { filter: { batchId: submitted.batch.id }, after });
      expect(rest.map(({ cursor, status }) => [cursor, status])).toEqual(
        events.slice(index + 1).map(({ cursor, status }) => [cursor, status]),
      );
    }
  });

  test('first sends where each stands to who comes without a cursor, and completes when all have ended', async () => {
    const states = await user.collect(analysisEvents, { filter: { ids: submitted.ids } });
    expect(states.map(({ analysisId, status, previousStatus }) => [analysisId, status, previousStatus])).toEqual(
      submitted.ids.map((id) => [id, pathsOf(events).get(id)!.at(-1), null]),
    );
  });

  test('tells its progress as the latest state, up to COMPLETED', () => {
    const ended = progress.map(({ batch }) => batch.completed + batch.failed + batch.canceled + batch.expired);
    expect(ended).toEqual(ended.toSorted((a, b) => a - b));
    for (const { batch } of progress)
      expect(batch.processing + batch.completed + batch.failed + batch.canceled + batch.expired).toBe(batch.total);
    expect(progress.at(-1).batch).toEqual({
      status: 'COMPLETED',
      total: 4,
      processing: 0,
      completed: 2,
      failed: 2,
      canceled: 0,
      expired: 0,
      progress: 1,
      etaSeconds: null,
      finishedAt: expect.any(String),
    });
  });

  test('can be read as a whole afterwards: counters, members in the order of the request, failures', async () => {
    const { node } = await user.run(
      `query ($id: ID!) { node(id: $id) { ... on Batch {
        status completed failed processing task { id }
        analyses { totalCount edges { index node {
          id status externalId placeId metadata priority attempt detectionCount confidence inactiveItemCount
          startedAt finishedAt durationSeconds failure { code retryable } task { id } batch { id } pipeline { name }
          timings { queueMs decodeMs inferenceMs matchMs } detections { id } image { width height status }
        } } }
      } } }`,
      { id: submitted.batch.id },
    );
    expect(node).toMatchObject({ status: 'COMPLETED', completed: 2, failed: 2, processing: 0, task: { id: taskId } });
    expect(node.analyses.totalCount).toBe(4);
    const edges: Data[] = node.analyses.edges;
    expect(edges.map(({ index, node: { id } }) => [index, id])).toEqual(submitted.ids.map((id, index) => [index, id]));
    const [first, text, cutOff] = edges.map((edge) => edge.node);
    expect(first).toMatchObject({
      status: 'SUCCEEDED',
      placeId: 'aisle-1',
      metadata: { visit: 7 },
      priority: 'NORMAL',
      attempt: 1,
      inactiveItemCount: 0,
      failure: null,
      pipeline: { name: 'shelf' },
      batch: { id: submitted.batch.id },
      image: { width: 1600, height: 1200, status: 'READY' },
    });
    expect(first.detections).toHaveLength(first.detectionCount);
    expect(Date.parse(first.finishedAt) - Date.parse(first.startedAt)).toBeCloseTo(first.durationSeconds * 1000);
    for (const ms of Object.values(first.timings)) expect(ms).toBeGreaterThanOrEqual(0);
    expect(text).toMatchObject({ status: 'FAILED', startedAt: null, attempt: 0, detectionCount: 0, detections: [] });
    expect(cutOff).toMatchObject({
      status: 'FAILED',
      failure: { code: 'INVALID_IMAGE', retryable: false },
      timings: null,
      confidence: null,
      detections: [],
    });
    expect(cutOff.startedAt).not.toBeNull();
  });

  test('has products in their places: boxes inside the picture, in both units, and the right items', async () => {
    const { node } = await user.run(
      `query ($id: ID!) { node(id: $id) { ... on Analysis { confidence detectionCount detections {
        id confidence objectness matchedBy catalogItem { id }
        pixel: box { ...B } normalized: box(unit: NORMALIZED) { ...B }
        candidates { confidence catalogItem { id } }
      } } } } fragment B on Box { x y width height }`,
      { id: submitted.ids[0] },
    );
    const shelf = await exampleShelf(breakfast);
    const detections: Data[] = node.detections;
    expect(detections.length).toBe(node.detectionCount);
    expect(new Set(detections.map(({ id }) => id)).size).toBe(detections.length);
    for (const detection of detections) {
      expectInside(detection.pixel, shelf);
      expectInside(detection.normalized, { width: 1, height: 1 });
      // Shares are told to five digits, so to some hundredths of a pixel.
      expect(detection.normalized.x * shelf.width).toBeCloseTo(detection.pixel.x, 1);
      expect(detection.normalized.y * shelf.height).toBeCloseTo(detection.pixel.y, 1);
      expect(detection.normalized.width * shelf.width).toBeCloseTo(detection.pixel.width, 1);
      expect(detection.normalized.height * shelf.height).toBeCloseTo(detection.pixel.height, 1);
      expectProbability(detection.confidence);
      expectProbability(detection.objectness);
      expect(detection.matchedBy).toBe(detection.catalogItem === null ? null : 'VERIFIED');
      if (detection.catalogItem === null) expect(detection.confidence).toBe(detection.objectness);
      expect(detection.candidates).toHaveLength(3);
      const confidences = detection.candidates.map((candidate: Data) => candidate.confidence);
      expect(confidences).toEqual([...confidences].sort((a, b) => b - a));
      for (const { catalogItem } of detection.candidates) expect(items).toContain(catalogItem.id);
    }
    const mean = detections.reduce((sum, { confidence }) => sum + confidence, 0) / detections.length;
    expect(node.confidence).toBeCloseTo(mean);

    const slugs = products.map(({ slug }) => slug);
    const isKnown = ({ pixel }: Data) => slugs.includes(productAt(shelf.facings, pixel) ?? '');
    const nameOf = ({ catalogItem }: Data) => catalogItem && slugs[items.indexOf(catalogItem.id)];
    const known = detections.filter(isKnown);
    expect(known.length).toBeGreaterThanOrEqual(12);
    expect(known.map(nameOf)).toEqual(known.map(({ pixel }) => productAt(shelf.facings, pixel)));
    // Products that are none of these items are left open, each with what it resembles.
    const unknown = detections.filter(({ pixel }) => productAt(shelf.facings, pixel) === null);
    expect(unknown.length).toBeGreaterThanOrEqual(5);
    expect(unknown.map(nameOf)).toEqual(unknown.map(() => null));
  });

  test('can be narrowed by item and confidence where its detections are read', async () => {
    const { node } = await user.run(
      `query ($id: ID!, $item: ID!, $nobody: ID!) { node(id: $id) { ... on Analysis {
        all: detections { confidence catalogItem { id } }
        some: detections(catalogItemId: $item, minConfidence: 0.6) { confidence catalogItem { id } }
        none: detections(catalogItemId: $nobody) { id }
      } } }`,
      { id: submitted.ids[0], item: items[0], nobody: items[3] },
    );
    const expected = node.all.filter((one: Data) => one.catalogItem?.id === items[0] && one.confidence >= 0.6);
    expect(expected.length).toBeGreaterThan(0);
    expect(node.some).toEqual(expected);
    expect(node.none).toEqual([]);
  });

  test.each([
    ['what was found on them', () => ({ containsCatalogItemId: items[1] }), ['breakfast']],
    ['another item', () => ({ containsCatalogItemId: items[3] }), ['drinks']],
    ['status', () => ({ status: ['FAILED'] }), ['cut-off', 'text']],
    ['several statuses', () => ({ status: ['FAILED', 'SUCCEEDED'] }), ['drinks', 'cut-off', 'text', 'breakfast']],
    ['task and place', () => ({ taskId, placeId: 'aisle-1' }), ['cut-off', 'breakfast']],
    ['metadata', () => ({ metadata: [{ key: 'visit', value: '7' }] }), ['breakfast']],
    ['mean confidence', () => ({ minConfidence: 0.01 }), ['drinks', 'breakfast']],
    ['image', () => ({ imageId: submitted.analyses[3].image.id }), ['drinks']],
    ['external id', () => ({ externalId: 'text' }), ['text']],
    ['an empty list of ids', () => ({ ids: [] }), []],
  ])('is filtered by %s, newest first', async (_title, filter, expected) => {
    const { analyses } = await user.run(
      `query ($filter: AnalysisFilter) { analyses(filter: $filter) { totalCount edges { index node { externalId } } } }`,
      { filter: { batchId: submitted.batch.id, ...filter() } },
    );
    expect(analyses.edges.map(({ node }: Data) => node.externalId)).toEqual(expected);
    expect(analyses.totalCount).toBe(expected.length);
    for (const { index } of analyses.edges) expect(index).toBeNull();
  });

  test('delivers only the wanted statuses, and still completes when all have ended', async () => {
    const { id: batchId, eventCursor: after } = submitted.batch;
    const filter = { batchId, status: ['SUCCEEDED'], placeId: 'aisle-2' };
    const found = await user.collect(analysisEvents, { filter, after });
    expect(found.map(({ analysisId, status }) => [analysisId, status])).toEqual([[submitted.ids[3], 'SUCCEEDED']]);
  });

  test('counts in the statistics of its task', async () => {
    const { node } = await user.run(
      `query ($id: ID!) { node(id: $id) { ... on Task { stats { total succeeded failed queued running meanDurationSeconds }
        analyses(first: 2, filter: { status: [SUCCEEDED] }) { totalCount } } } }`,
      { id: taskId },
    );
    expect(node.stats).toMatchObject({ total: 4, succeeded: 2, failed: 2, queued: 0, running: 0 });
    expect(node.stats.meanDurationSeconds).toBeGreaterThan(0);
    expect(node.analyses.totalCount).toBe(2);
  });
});

describe('recognizeImage', () => {
  test('answers a picture sent as base64 when it has ended', async () => {
    const payload = await recognizePicture({ image: { source: { base64: await exampleBase64(breakfast) } } });
    expect(payload.timedOut).toBe(false);
    expect(payload.analysis).toMatchObject({ status: 'SUCCEEDED', priority: 'INTERACTIVE', batch: null, attempt: 1 });
    expect(payload.analysis.detectionCount).toBeGreaterThan(10);
  });

  test('finds the same again in a stored image, and each is an analysis of its own', async () => {
    const first = await recognizePicture({ image: { source: { base64: await exampleBase64(drinks) } } });
    const imageId = first.analysis.image.id;
    const second = await recognizePicture({ image: { source: { imageId } } });
    expect(second.analysis.id).not.toBe(first.analysis.id);
    expect(second.analysis.image).toEqual({ id: imageId });
    expect(second.analysis.detections).toEqual(first.analysis.detections);
    const { node } = await user.run(
      'query ($id: ID!) { node(id: $id) { ... on Image { analyses { edges { node { id } } } } } }',
      { id: imageId },
    );
    expect(node.analyses.edges.map((edge: Data) => edge.node.id)).toEqual([second.analysis.id, first.analysis.id]);
  });

  test('does not wait with waitSeconds 0: it timed out, and its cursor leads to every move that follows', async () => {
    const source = { base64: await exampleBase64('shelves/3-household.jpg') };
    const payload = await recognizePicture({ image: { source }, waitSeconds: 0 });
    expect(payload.timedOut).toBe(true);
    expect(['QUEUED', 'RUNNING']).toContain(payload.analysis.status);
    const filter = { ids: [payload.analysis.id] };
    const events = await user.collect(analysisEvents, { filter, after: payload.eventCursor });
    expect(events.map((event) => event.status)).toEqual(['QUEUED', 'RUNNING', 'SUCCEEDED']);
  });

  test('a picture that cannot be used is a FAILED analysis, at once', async () => {
    const base64 = Buffer.from('no picture').toString('base64');
    const payload = await recognizePicture({ image: { source: { base64 } } });
    expect(payload).toMatchObject({
      timedOut: false,
      analysis: { status: 'FAILED', failure: { code: 'INVALID_IMAGE' }, attempt: 0 },
    });
  });

  test('takes options of its own in place of those of the task', async () => {
    const source = { base64: await exampleBase64(breakfast) };
    const payload = await recognizePicture({ image: { source, options: { matchCatalog: false, threshold: 0.8 } } });
    const { detections } = payload.analysis;
    expect(detections.length).toBeGreaterThan(0);
    for (const { catalogItem, confidence } of detections) {
      expect(catalogItem).toBeNull();
      expect(confidence).toBeGreaterThanOrEqual(0.8);
    }
  });

  test('says how many of the task’s items are not looked for', async () => {
    const broken = Buffer.from(await exampleBase64(products[0]!.file), 'base64').subarray(0, 9_000);
    const { createCatalogItem: unusable } = await user.run(
      `mutation ($input: CreateCatalogItemInput!) { createCatalogItem(input: $input) {
        __typename ... on CatalogItem { id status } } }`,
      { input: { name: 'Cut off', thumbnail: { base64: broken.toString('base64') } } },
    );
    expect(expectType(unusable, 'CatalogItem').status).toBe('INDEXING');
    // Taken while it is INDEXING.
    const task = await createTask(user, { catalogItemIds: [items[0], unusable.id] });
    await expect(awaitActive(user, [unusable.id])).rejects.toThrow('became FAILED');
    const source = { base64: await exampleBase64(breakfast) };
    const payload = expectType(await recognize(user, { taskId: task, image: { source } }), 'RecognizeImagePayload');
    expect(payload.analysis).toMatchObject({ status: 'SUCCEEDED', inactiveItemCount: 1 });
    const found = payload.analysis.detections.flatMap(({ catalogItem }: Data) => catalogItem?.id ?? []);
    expect(new Set(found)).toEqual(new Set([items[0]]));
  });

  async function recognizePicture(input: Record<string, unknown>): Promise<Data> {
    return expectType(await recognize(user, { taskId, ...input }), 'RecognizeImagePayload');
  }
});

function expectInside(box: Rectangle, picture: { width: number; height: number }): void {
  expect(box.x).toBeGreaterThanOrEqual(0);
  expect(box.y).toBeGreaterThanOrEqual(0);
  expect(box.width).toBeGreaterThan(0);
  expect(box.height).toBeGreaterThan(0);
  expect(box.x + box.width).toBeLessThanOrEqual(picture.width * 1.000001);
  expect(box.y + box.height).toBeLessThanOrEqual(picture.height * 1.000001);
}

function expectProbability(value: number): void {
  expect(value).toBeGreaterThanOrEqual(0);
  expect(value).toBeLessThanOrEqual(1);
}
