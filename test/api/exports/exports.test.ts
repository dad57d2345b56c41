import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Hints } from '../../../src/events/hints.ts';
import { cleanExports } from '../../../src/exports/clean-exports.ts';
import { decodeId, encodeId, newId } from '../../../src/ids.ts';
import { openDirectoryStore } from '../../../src/storage/directory-store.ts';
import { parseCsv, parseCsvObjects } from '../../support/csv.ts';
import { pictureBase64 } from '../../support/pictures.ts';
import { createItem, createTask, expectType, failures } from '../../support/recognition.ts';
import { startTestSightline, type TestSightline } from '../../support/sightline.ts';
import { insertManyResults, insertResult, type ResultOwner, storedDetection } from '../../support/stored-results.ts';
import { createUser, type Data, type User } from '../../support/user.ts';

/** With a real worker that writes them; the results are made here, for what is in them is what is looked at. */
let sightline: TestSightline;
let user: User;
let owner: ResultOwner;
let item: { id: string; uuid: string };
beforeAll(async () => {
  sightline = await startTestSightline({ role: 'start', env: { ENGINES: '1' } });
  user = createUser(sightline);
  const created = await createItem(user, {
    name: 'Tea, "green"',
    customId: '=tea',
    thumbnail: { base64: await pictureBase64() },
  });
  item = { id: created.id, uuid: decodeId('catalogItem', created.id)! };
  owner = await makeOwner(await createTask(user, { name: '+Shelves' }), { filename: '-shelf, 1.jpg' });
});
afterAll(async () => {
  await user?.close();
  await sightline?.close();
});

let colour = 0;

/** A task with a picture of its own. */
async function makeOwner(taskId: string, picture: Record<string, unknown> = {}): Promise<ResultOwner> {
  const base64 = await pictureBase64({ colour: `#0000${(16 + colour++).toString(16)}` });
  const { uploadImages } = await user.run(
    'mutation ($images: [ImageInput!]!) { uploadImages(images: $images) { results { ... on Image { id } } } }',
    { images: [{ source: { base64 } }] },
  );
  const imageId = decodeId('image', uploadImages.results[0].id)!;
  const { rows } = await sightline.database.pool.query(
    'update image set filename = $2 where id = $1 returning organization_id',
    [imageId, picture.filename ?? null],
  );
  return { organizationId: rows[0].organization_id, taskId: decodeId('task', taskId)!, imageId };
}

const exportFields = /* GraphQL */ `
  fragment ExportFields on Export { id status format url byteSize rows createdAt finishedAt expiresAt failure { code message } }
`;

const exportMutation = /* GraphQL */ `
  mutation ($input: ExportInput!) {
    exportAnalyses(input: $input) { __typename ...Failures ...ExportFields }
  }
  ${failures}
  ${exportFields}
`;

const exportEvents = /* GraphQL */ `
  subscription ($id: ID!, $after: String) {
    exportEvents(id: $id, after: $after) {
      __typename
      ... on StreamEvent { cursor }
      ... on ExportChanged { at exportId status export { ...ExportFields } }
    }
  }
  ${exportFields}
`;

async function start(format: string, filter: Record<string, unknown>): Promise<Data> {
  const { exportAnalyses } = await user.run(exportMutation, { input: { format, filter } });
  return exportAnalyses;
}

/** The export when it has ended well. */
async function exportAll(format: string, filter: Record<string, unknown>): Promise<Data> {
  const { id } = expectType(await start(format, filter), 'Export');
  const events = await user.collect(exportEvents, { id });
  expect(events.at(-1)).toMatchObject({ exportId: id, status: 'SUCCEEDED' });
  return events.at(-1).export;
}

async function download(made: Data): Promise<string> {
  const response = await fetch(made.url);
  expect(response.status).toBe(200);
  const text = await response.text();
  expect(Buffer.byteLength(text)).toBe(made.byteSize);
  return text;
}

function taskFilter(of: ResultOwner = owner) {
  return { taskId: encodeId('task', of.taskId) };
}

describe('an analysis with a named and an unnamed detection, one of a deleted picture, and one that failed', () => {
  /** UUIDs. */
  let ids: string[];
  beforeAll(async () => {
    const { db, pool } = sightline.database;
    const named = storedDetection({
      itemId: item.uuid,
      matchedBy: 'APPEARANCE',
      candidates: [{ itemId: item.uuid, confidence: 0.8 }],
    });
    const first = await insertResult(db, owner, [named, storedDetection({ box: [0, 0, 2, 3], confidence: 0.25 })], {
      external_id: '=1+1',
      place_id: 'aisle "1"\nleft',
      metadata: JSON.stringify({ visit: 7, note: 'a,b' }),
      latitude: -33.5,
      longitude: -70.25,
    });
    const orphan = await insertResult(db, { ...owner, imageId: null }, [storedDetection({ confidence: 0.5 })]);
    const failed = newId();
    await pool.query(
      `insert into analysis (id, organization_id, task_id, image_id, status, priority, pipeline, failure_code,
         failure_message, failure_retryable, finished_at)
       values ($1, $2, $3, $4, 'FAILED', 0, 'shelf@1', 'INVALID_IMAGE', 'Broken.', false, now())`,
      [failed, owner.organizationId, owner.taskId, owner.imageId],
    );
    ids = [first, orphan, failed];
    // An item that is no longer looked for, and a task that is deleted, are told of as before.
    await user.run('mutation ($ids: [ID!]!) { archiveCatalogItems(ids: $ids) { __typename } }', { ids: [item.id] });
    await user.run('mutation ($id: ID!) { deleteTask(id: $id) { __typename } }', { id: taskFilter().taskId });
  });

  test('are three lines of JSONL, named as in the schema', async () => {
    const made = await exportAll('JSONL', taskFilter());
    expect(made).toMatchObject({ format: 'JSONL', rows: 3, failure: null });
    const lines = (await download(made))
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Data);
    expect(lines.map(({ id }) => id)).toEqual(ids.map((id) => encodeId('analysis', id)));
    expect(lines[0]).toEqual({
      id: encodeId('analysis', ids[0]!),
      status: 'SUCCEEDED',
      failure: null,
      task: { id: taskFilter().taskId, name: '+Shelves' },
      batchId: null,
      rerunOfId: null,
      image: {
        id: encodeId('image', owner.imageId!),
        filename: '-shelf, 1.jpg',
        mimeType: 'image/jpeg',
        sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
        recordedAt: null,
      },
      externalId: '=1+1',
      placeId: 'aisle "1"\nleft',
      location: { latitude: -33.5, longitude: -70.25 },
      metadata: { visit: 7, note: 'a,b' },
      options: {},
      pipeline: 'shelf@1',
      createdAt: expect.any(String),
      startedAt: expect.any(String),
      finishedAt: expect.any(String),
      timings: { decodeMs: 1, inferenceMs: 2, matchMs: 3 },
      confidence: null,
      width: 4_000,
      height: 3_000,
      detections: [
        {
          id: `${encodeId('analysis', ids[0]!)}-0`,
          box: { x: 10, y: 20, width: 30.5, height: 40 },
          objectness: 0.9,
          confidence: 0.8,
          catalogItem: { id: item.id, name: 'Tea, "green"', customId: '=tea', barcode: null },
          matchedBy: 'APPEARANCE',
          candidates: [{ catalogItemId: item.id, confidence: 0.8 }],
          label: null,
        },
        expect.objectContaining({ catalogItem: null, matchedBy: null, candidates: [] }),
      ],
      labels: [],
      accepted: null,
    });
    expect(lines[1]).toMatchObject({ image: null, width: 4_000, location: null, detections: [{ confidence: 0.5 }] });
    expect(lines[2]).toMatchObject({
      status: 'FAILED',
      failure: { code: 'INVALID_IMAGE' },
      width: null,
      detections: [],
    });
  });

  test('are three records of CSV, in which no text is a formula', async () => {
    const made = await exportAll('CSV', taskFilter());
    expect(made.rows).toBe(3);
    const records = parseCsvObjects(await download(made));
    expect(records).toHaveLength(3);
    expect(records[0]).toMatchObject({
      analysis_id: encodeId('analysis', ids[0]!),
      detection_index: '0',
      task_name: "'+Shelves",
      filename: "'-shelf, 1.jpg",
      external_id: "'=1+1",
      place_id: 'aisle "1"\nleft',
      latitude: '-33.5',
      longitude: '-70.25',
      x: '10',
      width: '30.5',
      confidence: '0.8',
      catalog_item_id: item.id,
      catalog_item_name: 'Tea, "green"',
      catalog_item_custom_id: "'=tea",
      matched_by: 'APPEARANCE',
      label: '',
    });
    expect(JSON.parse(records[0]!.metadata!)).toEqual({ visit: 7, note: 'a,b' });
    expect(records[1]).toMatchObject({ catalog_item_id: '', catalog_item_name: '' });
    expect(records[2]).toMatchObject({ image_id: '', filename: '', image_width: '4000' });
  });

  test('are a COCO document of two images, for one has no result', async () => {
    const made = await exportAll('COCO', taskFilter());
    expect(made.rows).toBe(3);
    const { images, annotations, categories } = JSON.parse(await download(made));
    expect(images).toMatchObject([
      { id: 1, width: 4_000, height: 3_000, file_name: '-shelf, 1.jpg', analysis_id: encodeId('analysis', ids[0]!) },
      { id: 2, width: 4_000, height: 3_000, file_name: encodeId('analysis', ids[1]!), image_id: null },
    ]);
    expect(categories).toMatchObject([
      { id: 1, name: 'unknown' },
      { id: 2, name: 'Tea, "green"', catalog_item_id: item.id, custom_id: '=tea' },
    ]);
    expect(annotations).toMatchObject([
      { id: 1, image_id: 1, category_id: 2, bbox: [10, 20, 30.5, 40], area: 1220, iscrowd: 0, score: 0.8 },
      { id: 2, image_id: 1, category_id: 1, bbox: [0, 0, 2, 3], area: 6, score: 0.25 },
      { id: 3, image_id: 2, category_id: 1, score: 0.5 },
    ]);
  });

  test('are narrowed as lists of them are', async () => {
    const made = await exportAll('JSONL', { ...taskFilter(), externalId: '=1+1', status: ['SUCCEEDED', 'FAILED'] });
    expect(made.rows).toBe(1);
    const later = { createdAt: { from: '2999-01-01T00:00:00Z' } };
    const none = await Promise.all(
      ['JSONL', 'CSV', 'COCO'].map((format) => exportAll(format, { ...taskFilter(), ...later })),
    );
    expect(none.map(({ rows }) => rows)).toEqual([0, 0, 0]);
    const [jsonl, csv, coco] = await Promise.all(none.map(download));
    expect(jsonl).toBe('');
    expect(parseCsv(csv!)).toHaveLength(1);
    expect(JSON.parse(coco!)).toMatchObject({ images: [], annotations: [], categories: [{ name: 'unknown' }] });
  });
});

test('many pages have each analysis once, in order of submission, and each detection', async () => {
  const many = await makeOwner(await createTask(user));
  // Both limits of a page are met: 700 analyses of few detections, then some of many.
  await insertManyResults(sightline.database.db, many, { count: 700, each: 3 });
  await insertManyResults(sightline.database.db, many, { count: 7, each: 1_000 });
  const detections = 700 * 3 + 7 * 1_000;
  const [coco, csv, jsonl] = await Promise.all(
    ['COCO', 'CSV', 'JSONL'].map((format) => exportAll(format, taskFilter(many))),
  );
  expect([coco.rows, csv.rows, jsonl.rows]).toEqual([detections, detections, 707]);

  const ids = (await download(jsonl))
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line).id as string);
  expect(ids).toEqual([...new Set(ids)].sort());
  expect(ids).toHaveLength(707);

  const document = JSON.parse(await download(coco));
  expect(document.images.map(({ analysis_id }: Data) => analysis_id)).toEqual(ids);
  expect(document.annotations.map(({ id }: Data) => id)).toEqual(
    document.annotations.map((_: Data, n: number) => n + 1),
  );
  const perImage = new Map<number, number>();
  for (const { image_id } of document.annotations) perImage.set(image_id, (perImage.get(image_id) ?? 0) + 1);
  expect(document.images.map(({ id }: Data) => perImage.get(id))).toEqual([
    ...Array(700).fill(3),
    ...Array(7).fill(1_000),
  ]);

  const records = parseCsvObjects(await download(csv));
  expect(new Set(records.map((record) => `${record.analysis_id}-${record.detection_index}`)).size).toBe(detections);
});

describe('an export', () => {
  test('is pushed from RUNNING to SUCCEEDED, and the stream about it ends', async () => {
    const { eventCursor: after } = await user.run('{ eventCursor }');
    const started = expectType(await start('CSV', taskFilter()), 'Export');
    expect(started).toMatchObject({ status: 'RUNNING', url: null, byteSize: null, rows: null, expiresAt: null });
    const events = await user.collect(exportEvents, { id: started.id, after });
    expect(events.map(({ exportId, status }) => [exportId, status])).toEqual([
      [started.id, 'RUNNING'],
      [started.id, 'SUCCEEDED'],
    ]);
    const { expiresAt, finishedAt } = events.at(-1).export;
    expect(Date.parse(expiresAt) - Date.parse(finishedAt)).toBe(7 * 86_400_000);
    // From the middle on, and when all of it is over.
    expect(await user.collect(exportEvents, { id: started.id, after: events[0].cursor })).toHaveLength(1);
    const [state, ...others] = await user.collect(exportEvents, { id: started.id });
    expect([state.status, others]).toEqual(['SUCCEEDED', []]);
  });

  test('is listed newest first, and read by its id', async () => {
    const made = await exportAll('CSV', taskFilter());
    const { exports, node } = await user.run(
      `query ($id: ID!) { exports(first: 2) { totalCount edges { node { id } } } node(id: $id) { id ... on Export { rows } } }`,
      { id: made.id },
    );
    expect(exports.edges).toHaveLength(2);
    expect(exports.edges[0].node.id).toBe(made.id);
    expect(exports.totalCount).toBeGreaterThan(2);
    expect(node).toEqual({ id: made.id, rows: made.rows });
  });

  test('is nothing to another organisation', async () => {
    const made = await exportAll('CSV', taskFilter());
    const stranger = createUser({ url: sightline.url, apiKey: (await sightline.createTenant()).apiKey });
    const { exports, node } = await stranger.run(
      'query ($id: ID!) { exports { totalCount edges { node { id } } } node(id: $id) { id } }',
      { id: made.id },
    );
    expect([exports, node]).toEqual([{ totalCount: 0, edges: [] }, null]);
    expect(await stranger.collect(exportEvents, { id: made.id })).toEqual([]);
    const { exportAnalyses } = await stranger.run(exportMutation, { input: { format: 'CSV', filter: taskFilter() } });
    expect(exportAnalyses).toMatchObject({ __typename: 'NotFoundError', id: taskFilter().taskId });
    await stranger.close();
  });

  test.each([
    ['a task that is not there', () => ({ taskId: encodeId('task', newId()) }), 'NotFoundError'],
    ['a batch that is not there', () => ({ batchId: 'batch_x' }), 'NotFoundError'],
    ['an image that is not there', () => ({ imageId: encodeId('task', owner.taskId) }), 'NotFoundError'],
    ['a confidence above 1', () => ({ minConfidence: 1.5 }), 'ValidationError'],
    [
      'a time that ends before it begins',
      () => ({ createdAt: { from: '2026-01-02T00:00:00Z', to: '2026-01-01T00:00:00Z' } }),
      'ValidationError',
    ],
  ])('of %s is refused', async (_title, filter, typename) => {
    expect(await start('CSV', filter())).toMatchObject({ __typename: typename });
  });

  test('needs a key that may write', async () => {
    const { apiKey } = await sightline.createTenant({ scopes: ['READ'] });
    const reader = createUser({ url: sightline.url, apiKey });
    expect(await reader.fail(exportMutation, { input: { format: 'CSV', filter: {} } })).toMatchObject({
      code: 'FORBIDDEN',
    });
  });
});

describe('the link of an export', () => {
  test('leads to a file with a name, whole or in part, without a key', async () => {
    const made = await exportAll('CSV', taskFilter());
    const response = await fetch(made.url, { method: 'HEAD' });
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'text/csv; charset=utf-8; header=present',
      'content-disposition': `attachment; filename="${made.id}.csv"`,
      'content-length': String(made.byteSize),
      'accept-ranges': 'bytes',
      'x-content-type-options': 'nosniff',
    });
    const part = await fetch(made.url, { headers: { range: 'bytes=0-10' } });
    expect([part.status, await part.text()]).toEqual([206, 'analysis_id']);
    expect(part.headers.get('content-range')).toBe(`bytes 0-10/${made.byteSize}`);
    const types = [await exportAll('COCO', taskFilter()), await exportAll('JSONL', taskFilter())].map(
      async ({ url }) => {
        const { headers } = await fetch(url);
        return [headers.get('content-type'), headers.get('content-disposition')];
      },
    );
    expect(await Promise.all(types)).toEqual([
      ['application/json', expect.stringMatching(/\.coco\.json"$/)],
      ['application/x-ndjson', expect.stringMatching(/\.jsonl"$/)],
    ]);
  });

  test.each([
    ['with another signature', (url: string) => url.replace(/signature=./, 'signature=-')],
    ['with a later end', (url: string) => url.replace(/expires=\d/, 'expires=9')],
    ['of another export', (url: string) => url.replace(/exp_\w+/, encodeId('export', newId()))],
    ['without a query', (url: string) => url.split('?')[0]!],
  ])('%s is 403', async (_title, change) => {
    const made = await exportAll('CSV', taskFilter());
    expect((await fetch(change(made.url))).status).toBe(403);
  });

  test('is gone with its file when its time has come', async () => {
    const made = await exportAll('CSV', taskFilter());
    const uuid = decodeId('export', made.id)!;
    const { db, pool } = sightline.database;
    const blobsDir = join(sightline.dataDir, 'blobs');
    const file = join(blobsDir, owner.organizationId, 'exports', uuid);
    await access(file);
    const parts = { db, blobs: await openDirectoryStore(blobsDir), hints: { eventsWritten: () => undefined } as Hints };
    expect(await cleanExports(parts)).toBe(0);
    await pool.query("update export set expires_at = now() - interval '1 second' where id = $1", [uuid]);
    expect(await cleanExports(parts)).toBe(1);
    await expect(access(file)).rejects.toThrow('ENOENT');
    expect((await fetch(made.url)).status).toBe(410);
    const [state] = await user.collect(exportEvents, { id: made.id });
    expect(state).toMatchObject({ status: 'EXPIRED', export: { status: 'EXPIRED', url: null, rows: made.rows } });
  });
});
