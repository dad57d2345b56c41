import { afterAll, beforeAll, expect, test } from 'vitest';
import { decodeId, encodeId, newId } from '../../../src/ids.ts';
import { pictureBase64 } from '../../support/pictures.ts';
import { expectType, failures } from '../../support/recognition.ts';
import { startTestSightline, type TestSightline } from '../../support/sightline.ts';
import { createUser, type Data, type User } from '../../support/user.ts';
import { createUpload, send } from '../uploads/client.ts';

/** Changes of images that are stored. No worker runs here, so what is INDEXING stays that. */
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

const imageFields =
  '__typename ...Failures ... on Image { id status indexingStatus externalId placeId recordedAt metadata failure { code } }';

async function store(input: Record<string, unknown> = {}): Promise<Data> {
  const { uploadImages } = await user.run(
    `mutation ($images: [ImageInput!]!) { uploadImages(images: $images) { results { ${imageFields} } } } ${failures}`,
    { images: [{ source: { base64: await pictureBase64() }, index: false, ...input }] },
  );
  return expectType(uploadImages.results[0], 'Image');
}

async function update(input: Record<string, unknown>): Promise<Data> {
  const text = `mutation ($input: UpdateImageInput!) { updateImage(input: $input) { ${imageFields} } } ${failures}`;
  return (await user.run(text, { input })).updateImage;
}

async function eventsSince(cursor: string, id: string): Promise<Data[]> {
  const text = `subscription ($ids: [ID!], $after: String) {
    imageEvents(ids: $ids, after: $after) { ... on ImageChanged { status indexingStatus image { externalId } } } }`;
  const events: Data[] = [];
  // The stream completes by itself except for an image that is INDEXING, which no worker ends here.
  for await (const event of user.stream(text, { ids: [id], after: cursor })) {
    events.push(event);
    if (event.indexingStatus === 'INDEXING') break;
  }
  return events;
}

async function cursorNow(): Promise<string> {
  return (await user.run('{ eventCursor }')).eventCursor;
}

async function indexJobs(id: string): Promise<number> {
  const { rows } = await sightline.database.pool.query(
    "select count(*)::int as jobs from graphile_worker._private_jobs where (payload::jsonb -> 'imageIds') ? $1",
    [decodeId('image', id)],
  );
  return rows[0].jobs;
}

/** As a worker leaves an image that it could not index. */
async function failIndexing(id: string, retryable: boolean): Promise<void> {
  await sightline.database.pool.query(
    `update image set indexing_status = 'FAILED', failure_code = 'MODEL_UNAVAILABLE',
      failure_message = 'As a test wants it.', failure_retryable = $2 where id = $1`,
    [decodeId('image', id), retryable],
  );
}

const told = {
  externalId: 'x-1',
  placeId: 'aisle 4',
  recordedAt: '2024-05-06T07:08:09.000Z',
  metadata: { store: 'Harbour', facing: 3 },
};

test('what is given changes, what is omitted stays and null clears', async () => {
  const { id } = await store(told);
  expect(await update({ id, placeId: 'aisle 5' })).toMatchObject({ ...told, placeId: 'aisle 5' });
  expect(await update({ id, metadata: { store: 'Mill' } })).toMatchObject({
    ...told,
    placeId: 'aisle 5',
    metadata: { store: 'Mill' },
  });
  expect(await update({ id, recordedAt: '2025-01-01T00:00:00Z', externalId: 'x-2' })).toMatchObject({
    externalId: 'x-2',
    recordedAt: '2025-01-01T00:00:00.000Z',
    metadata: { store: 'Mill' },
  });
  const cleared = { externalId: null, placeId: null, recordedAt: null };
  expect(await update({ id, ...cleared, metadata: null })).toMatchObject({ ...cleared, metadata: {} });
  expect(await update({ id })).toMatchObject({ id, indexingStatus: 'NOT_INDEXED', ...cleared });
});

test('lists and streams have what was changed', async () => {
  const { id } = await store({ externalId: 'before' });
  const cursor = await cursorNow();
  await update({ id, externalId: 'after', metadata: { shelf: 'left' } });
  expect(await eventsSince(cursor, id)).toEqual([
    { status: 'READY', indexingStatus: 'NOT_INDEXED', image: { externalId: 'after' } },
  ]);
  const { images } = await user.run(
    'query ($filter: ImageFilter) { images(filter: $filter) { edges { node { id } } } }',
    { filter: { externalId: 'after', metadata: [{ key: 'shelf', value: 'left' }] } },
  );
  expect(images.edges).toEqual([{ node: { id } }]);
});

test('the rules are those of uploadImages, and nothing is changed when one is broken', async () => {
  const { id } = await store(told);
  const refused = await update({
    id,
    externalId: 'x'.repeat(256),
    placeId: 'y'.repeat(256),
    metadata: { nested: {}, long: 'z'.repeat(501) },
    index: false,
  });
  expect(refused).toMatchObject({ __typename: 'ValidationError' });
  expect(refused.issues.map(({ path }: Data) => path.join('.')).sort()).toEqual([
    'externalId',
    'index',
    'metadata.long',
    'metadata.nested',
    'placeId',
  ]);
  expect(await update({ id, externalId: 'x-3', index: null })).toMatchObject({ __typename: 'ValidationError' });
  expect(await update({ id })).toMatchObject(told);
  for (const unknown of ['nonsense', encodeId('image', newId())])
    expect(await update({ id: unknown, externalId: 'a' })).toMatchObject({ __typename: 'NotFoundError' });
});

test('index: true makes an image INDEXING once, with one job and one event', async () => {
  const { id } = await store();
  const cursor = await cursorNow();
  expect(await update({ id, index: true, externalId: 'late' })).toMatchObject({ indexingStatus: 'INDEXING' });
  expect(await eventsSince(cursor, id)).toEqual([
    { status: 'READY', indexingStatus: 'INDEXING', image: { externalId: 'late' } },
  ]);
  expect(await update({ id, index: true })).toMatchObject({ indexingStatus: 'INDEXING' });
  expect(await indexJobs(id)).toBe(1);
});

test('index: true tries again what failed for a passing reason, and says why the rest cannot be', async () => {
  const [passing, lasting] = [await store(), await store()];
  await failIndexing(passing.id, true);
  await failIndexing(lasting.id, false);
  expect(await update({ id: passing.id, index: true })).toMatchObject({ indexingStatus: 'INDEXING', failure: null });
  expect(await indexJobs(passing.id)).toBe(1);
  expect(await update({ id: lasting.id, index: true, externalId: 'a' })).toMatchObject({
    __typename: 'ConflictError',
    message: expect.stringContaining('As a test wants it.'),
  });
  expect(await indexJobs(lasting.id)).toBe(0);
  expect(await update({ id: lasting.id })).toMatchObject({ indexingStatus: 'FAILED', externalId: null });
});

test('an image whose bytes are on their way gets its job when they arrive', async () => {
  const target = await createUpload(user);
  const { id } = await store({ source: { uploadId: target.id } });
  expect(await update({ id, index: true })).toMatchObject({ status: 'AWAITING_UPLOAD', indexingStatus: 'INDEXING' });
  expect(await indexJobs(id)).toBe(0);
  const bytes = Buffer.from(await pictureBase64({ colour: '#123' }), 'base64');
  expect((await send(target, bytes)).status).toBeLessThan(300);
  expect(await update({ id })).toMatchObject({ status: 'READY', indexingStatus: 'INDEXING' });
  expect(await indexJobs(id)).toBe(1);
});

test("a picture that is a catalogue item's only has to be listed first", async () => {
  const { createCatalogItem } = await user.run(
    'mutation ($base64: Byte!) { createCatalogItem(input: { name: "n", thumbnail: { base64: $base64 } }) { ... on CatalogItem { thumbnail { id } } } }',
    { base64: await pictureBase64() },
  );
  const { id } = createCatalogItem.thumbnail;
  expect(await update({ id, index: true })).toMatchObject({ __typename: 'ConflictError' });
  await store({ source: { imageId: id } });
  expect(await update({ id, index: true })).toMatchObject({ indexingStatus: 'INDEXING' });
});
