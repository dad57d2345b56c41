import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { decodeId, encodeId, newId } from '../../../src/ids.ts';
import { parseCsv, parseCsvObjects } from '../../support/csv.ts';
import { pictureBase64 } from '../../support/pictures.ts';
import { createItem, createTask } from '../../support/recognition.ts';
import { startTestSightline, type TestSightline } from '../../support/sightline.ts';
import { insertManyResults, insertResult, type ResultOwner, storedDetection } from '../../support/stored-results.ts';
import { createUser, type Data, type User } from '../../support/user.ts';
import { download, exportAll, makeOwner, start, taskFilter } from './client.ts';

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
  owner = await makeOwner(sightline, user, await createTask(user, { name: '+Shelves' }), '-shelf, 1.jpg');
});
afterAll(async () => {
  await user?.close();
  await sightline?.close();
});

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
       values ($1, $2, $3, $4, 'FAILED', 0, 'shelf-fast@2', 'INVALID_IMAGE', 'Broken.', false, now())`,
      [failed, owner.organizationId, owner.taskId, owner.imageId],
    );
    ids = [first, orphan, failed];
    // An item that is no longer looked for, and a task that is deleted, are told of as before.
    await user.run('mutation ($ids: [ID!]!) { archiveCatalogItems(ids: $ids) { __typename } }', { ids: [item.id] });
    await user.run('mutation ($id: ID!) { deleteTask(id: $id) { __typename } }', { id: taskFilter(owner).taskId });
  });

  test('are three lines of JSONL, named as in the schema', async () => {
    const made = await exportAll(user, 'JSONL', taskFilter(owner));
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
      task: { id: taskFilter(owner).taskId, name: '+Shelves' },
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
      visitId: null,
      location: { latitude: -33.5, longitude: -70.25 },
      metadata: { visit: 7, note: 'a,b' },
      options: {},
      pipeline: 'shelf-fast@2',
      createdAt: expect.any(String),
      startedAt: expect.any(String),
      finishedAt: expect.any(String),
      timings: { decodeMs: 1, inferenceMs: 2, matchMs: 3 },
      warnings: [],
      confidence: null,
      width: 4_000,
      height: 3_000,
      basis: 'FOUND',
      detections: [
        {
          id: `${encodeId('analysis', ids[0]!)}-0`,
          correctionId: null,
          box: { x: 10, y: 20, width: 30.5, height: 40 },
          objectness: 0.9,
          confidence: 0.8,
          catalogItem: { id: item.id, name: 'Tea, "green"', customId: '=tea', barcode: null },
          matchedBy: 'APPEARANCE',
          candidates: [{ catalogItemId: item.id, confidence: 0.8 }],
          label: null,
          text: null,
        },
        expect.objectContaining({ catalogItem: null, matchedBy: null, candidates: [] }),
      ],
      labels: [],
      accepted: null,
      texts: null,
      codes: null,
      compliance: null,
      priceTags: null,
      gaps: null,
      gapShare: null,
    });
    expect(lines[1]).toMatchObject({ image: null, width: 4_000, location: null, detections: [{ confidence: 0.5 }] });
    expect(lines[2]).toMatchObject({
      status: 'FAILED',
      failure: { code: 'INVALID_IMAGE' },
      width: null,
      detections: [],
    });
  });

  test('are four records of CSV, in which no text is a formula', async () => {
    const made = await exportAll(user, 'CSV', taskFilter(owner));
    expect(made.rows).toBe(4);
    const records = parseCsvObjects(await download(made));
    expect(records).toHaveLength(4);
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
      status: 'SUCCEEDED',
      failure_code: '',
      accepted: '',
      basis: 'FOUND',
      correction_id: '',
    });
    expect(JSON.parse(records[0]!.metadata!)).toEqual({ visit: 7, note: 'a,b' });
    expect(records[1]).toMatchObject({ catalog_item_id: '', catalog_item_name: '' });
    expect(records[2]).toMatchObject({ image_id: '', filename: '', image_width: '4000' });
    expect(records[3]).toMatchObject({
      analysis_id: encodeId('analysis', ids[2]!),
      filename: "'-shelf, 1.jpg",
      status: 'FAILED',
      failure_code: 'INVALID_IMAGE',
      failure_message: 'Broken.',
      detection_index: '',
      confidence: '',
    });
  });

  test('are a COCO document of two images, for one has no result', async () => {
    const made = await exportAll(user, 'COCO', taskFilter(owner));
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
    const made = await exportAll(user, 'JSONL', {
      ...taskFilter(owner),
      externalId: '=1+1',
      status: ['SUCCEEDED', 'FAILED'],
    });
    expect(made.rows).toBe(1);
    const later = { createdAt: { from: '2999-01-01T00:00:00Z' } };
    const none = await Promise.all(
      ['JSONL', 'CSV', 'COCO'].map((format) => exportAll(user, format, { ...taskFilter(owner), ...later })),
    );
    expect(none.map(({ rows }) => rows)).toEqual([0, 0, 0]);
    const [jsonl, csv, coco] = await Promise.all(none.map(download));
    expect(jsonl).toBe('');
    expect(parseCsv(csv!)).toHaveLength(1);
    expect(JSON.parse(coco!)).toMatchObject({ images: [], annotations: [], categories: [{ name: 'unknown' }] });
  });
});

test('labels of whole pictures, pictures without anything on them, and equal file names', async () => {
  const { db } = sightline.database;
  const labelled = await makeOwner(sightline, user, await createTask(user), 'C:\\fakepath\\Image.jpg');
  const twin = await makeOwner(sightline, user, await createTask(user), 'image.JPG');
  const labels = [
    { name: 'blurred', group: 'quality', confidence: 0.75 },
    { name: '=sharp', group: null, confidence: 0.25 },
  ];
  await insertResult(db, labelled, [], {}, { labels, accepted: false });
  await insertResult(db, { ...twin, taskId: labelled.taskId }, []);
  const [csv, coco] = await Promise.all([
    exportAll(user, 'CSV', taskFilter(labelled), { byteOrderMark: true }),
    exportAll(user, 'COCO', taskFilter(labelled)),
  ]);
  expect([csv.rows, coco.rows]).toEqual([3, 0]);

  const bytes = Buffer.from(await (await fetch(csv.url)).arrayBuffer());
  expect(bytes.subarray(0, 4).toString('latin1')).toBe('\xef\xbb\xbfa');
  const records = parseCsvObjects(bytes.subarray(3).toString());
  expect(records).toMatchObject([
    { accepted: 'false', label: 'blurred', label_group: 'quality', confidence: '0.75', detection_index: '', x: '' },
    { accepted: 'false', label: "'=sharp", label_group: '', confidence: '0.25' },
    { accepted: '', label: '', status: 'SUCCEEDED', detection_index: '' },
  ]);

  const { images, annotations } = JSON.parse(await download(coco));
  expect(annotations).toEqual([]);
  expect(images).toMatchObject([
    { file_name: 'Image.jpg', labels, accepted: false },
    { file_name: 'image-2.JPG', labels: [], accepted: null },
  ]);
});

test('with corrections: what is another item, what is no product, and what was missed', async () => {
  const corrected = await makeOwner(sightline, user, await createTask(user));
  const tea = storedDetection({ itemId: item.uuid, matchedBy: 'APPEARANCE' });
  const id = await insertResult(sightline.database.db, corrected, [tea, storedDetection({ box: [100, 0, 9, 9] })]);
  const analysisId = encodeId('analysis', id);
  const { correctDetections } = await user.run(
    /* GraphQL */ `mutation ($input: CorrectDetectionsInput!) {
      correctDetections(input: $input) {
        ... on CorrectDetectionsPayload { results { ... on Correction { id } ... on UserError { message } } } } }`,
    {
      input: {
        corrections: [
          { target: { detectionId: `${analysisId}-0` }, verdict: { unknown: true } },
          { target: { detectionId: `${analysisId}-1` }, verdict: { notAProduct: true } },
          {
            target: { newBox: { analysisId, box: { x: 500, y: 500, width: 50, height: 60 } } },
            verdict: { catalogItemId: item.id },
          },
        ],
      },
    },
  );
  const [first, , third] = correctDetections.results.map(({ id: correctionId }: Data) => correctionId);
  const options = { basis: 'CORRECTED' };
  const [jsonl, csv, coco] = await Promise.all(
    ['JSONL', 'CSV', 'COCO'].map(async (format) =>
      download(await exportAll(user, format, taskFilter(corrected), options)),
    ),
  );
  expect(JSON.parse(jsonl!)).toMatchObject({
    basis: 'CORRECTED',
    detections: [
      { id: `${analysisId}-0`, correctionId: first, catalogItem: null, matchedBy: null },
      { id: third, correctionId: third, catalogItem: { id: item.id }, matchedBy: 'CORRECTION', confidence: 1 },
    ],
  });
  expect(parseCsvObjects(csv!)).toMatchObject([
    { detection_index: '0', catalog_item_id: '', basis: 'CORRECTED', correction_id: first },
    { detection_index: '', catalog_item_id: item.id, basis: 'CORRECTED', correction_id: third, x: '500' },
  ]);
  expect(JSON.parse(coco!)).toMatchObject({
    images: [{ basis: 'CORRECTED' }],
    annotations: [
      { detection_id: `${analysisId}-0`, correction_id: first, category_id: 1 },
      { detection_id: third, correction_id: third, category_id: 2, bbox: [500, 500, 50, 60] },
    ],
  });
});

test('a byte order mark is of CSV only', async () => {
  expect(await start(user, 'JSONL', {}, { byteOrderMark: true })).toMatchObject({
    __typename: 'ValidationError',
    issues: [{ path: ['byteOrderMark'] }],
  });
});

test('many pages have each analysis once, in order of submission, and each detection', async () => {
  const many = await makeOwner(sightline, user, await createTask(user));
  // Both limits of a page are met: 700 analyses of few detections, then some of many.
  await insertManyResults(sightline.database.db, many, { count: 700, each: 3 });
  await insertManyResults(sightline.database.db, many, { count: 7, each: 1_000 });
  const detections = 700 * 3 + 7 * 1_000;
  const [coco, csv, jsonl] = await Promise.all(
    ['COCO', 'CSV', 'JSONL'].map((format) => exportAll(user, format, taskFilter(many))),
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
