import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { exampleBase64, exampleProducts } from '../../support/examples.ts';
import {
  awaitActive,
  awaitEnd,
  createExampleItem,
  createTask,
  recognize,
  submitBatch,
} from '../../support/recognition.ts';
import { startTestSightline, type TestSightline } from '../../support/sightline.ts';
import { createUser, type Data, type User } from '../../support/user.ts';
import { createUpload, send } from '../uploads/client.ts';

/** Indexing and searching with a real engine. */
let sightline: TestSightline;
let user: User;
beforeAll(async () => {
  sightline = await startTestSightline({ role: 'start', env: { ENGINES: '1' } });
  user = createUser(sightline);
});
afterAll(async () => {
  await user?.close();
  await sightline?.close();
});

const uploadImages = /* GraphQL */ `
  mutation ($images: [ImageInput!]!) {
    uploadImages(images: $images) { results { ... on Image { id status indexingStatus } } }
  }
`;

async function upload(...images: ({ base64: string } & Record<string, unknown>)[]): Promise<Data[]> {
  const inputs = images.map(({ base64, ...input }) => ({ source: { base64 }, ...input }));
  return (await user.run(uploadImages, { images: inputs })).uploadImages.results;
}

const imageEvents = /* GraphQL */ `
  subscription ($ids: [ID!], $after: String) {
    imageEvents(ids: $ids, after: $after) {
      ... on ImageChanged { imageId status indexingStatus image { indexingStatus failure { code retryable } } }
    }
  }
`;

const search = /* GraphQL */ `
  query ($by: ImageSearchInput!) { searchImages(by: $by) { edges { score node { id filename } } } }
`;

async function found(by: object): Promise<{ id: string; score: number }[]> {
  const { edges } = (await user.run(search, { by })).searchImages;
  return edges.map(({ score, node }: Data) => ({ id: node.id, score }));
}

const shelves = ['1-breakfast', '2-drinks', '3-household', '4-upright'].map((name) => `shelves/${name}.jpg`);
/** A hand's breadth cut off, smaller and darker: another photograph of the same shelf to whoever compares bytes. */
async function retaken(file: string): Promise<string> {
  const picture = sharp(Buffer.from(await exampleBase64(file), 'base64'));
  const { width, height } = await picture.metadata();
  const region = { left: width >> 5, top: height >> 5, width: width - (width >> 4), height: height - (height >> 4) };
  const bytes = await picture
    .extract(region)
    .resize(900)
    .modulate({ brightness: 0.85 })
    .jpeg({ quality: 70 })
    .toBuffer();
  return bytes.toString('base64');
}

test('images are pushed from INDEXING to INDEXED, and found by a photograph like them', async () => {
  const { eventCursor } = await user.run('{ eventCursor }');
  const images = await upload(
    ...(await Promise.all(shelves.map(async (file) => ({ base64: await exampleBase64(file) })))),
  );
  expect(images).toEqual(shelves.map(() => expect.objectContaining({ status: 'READY', indexingStatus: 'INDEXING' })));
  const ids = images.map(({ id }) => id);
  const events = await user.collect(imageEvents, { ids, after: eventCursor });
  for (const id of ids) {
    const own = events.filter((event) => event.imageId === id);
    expect(own.map((event) => event.indexingStatus)).toEqual(['INDEXING', 'INDEXED']);
  }
  // Not indexed, so an engine looks at it while the search waits; and it is found by nothing.
  const [example] = await upload({ base64: await retaken(shelves[1]!), index: false });
  expect(example.indexingStatus).toBe('NOT_INDEXED');
  const neighbours = await found({ imageId: example.id });
  expect(neighbours.map(({ id }) => id).sort()).toEqual([...ids].sort());
  expect(neighbours[0]!.id).toBe(ids[1]);
  expect(neighbours[0]!.score).toBeGreaterThan(neighbours[1]!.score + 0.1);
  expect((await found({ imageId: ids[0] })).map(({ id }) => id)).not.toContain(example.id);
});

test('an image that was stored without being indexed is indexed when that is asked for, and found', async () => {
  const [image] = await upload({ base64: await retaken(shelves[3]!), index: false, externalId: 'late' });
  const [other] = await upload({ base64: await retaken(shelves[2]!) });
  await user.collect(imageEvents, { ids: [other.id] });
  expect((await found({ imageId: other.id })).map(({ id }) => id)).not.toContain(image.id);
  const { eventCursor } = await user.run('{ eventCursor }');
  const { updateImage } = await user.run(
    'mutation ($id: ID!) { updateImage(input: { id: $id, index: true }) { ... on Image { indexingStatus externalId } } }',
    { id: image.id },
  );
  expect(updateImage).toEqual({ indexingStatus: 'INDEXING', externalId: 'late' });
  const events = await user.collect(imageEvents, { ids: [image.id], after: eventCursor });
  expect(events.map((event) => event.indexingStatus)).toEqual(['INDEXING', 'INDEXED']);
  expect((await found({ imageId: other.id })).map(({ id }) => id)).toContain(image.id);
});

test('a file that was just uploaded finds images like it, and need not become one', async () => {
  const [image] = await upload({ base64: await exampleBase64(shelves[0]!), externalId: 'again' });
  await user.collect(imageEvents, { ids: [image.id] });
  const target = await createUpload(user);
  expect(await user.fail(search, { by: { uploadId: target.id } })).toMatchObject({ code: 'BAD_USER_INPUT' });
  expect((await send(target, Buffer.from(await retaken(shelves[0]!), 'base64'))).status).toBeLessThan(300);
  const neighbours = await found({ uploadId: target.id });
  expect(neighbours[0]).toEqual({ id: image.id, score: expect.any(Number) });
  expect(neighbours[0]!.score).toBeGreaterThan(0.5);
});

test('a picture that cannot be decoded is FAILED for search, says why, and harms no other', async () => {
  const whole = Buffer.from(await exampleBase64(shelves[0]!), 'base64');
  const cutOff = whole.subarray(0, whole.length >> 1).toString('base64');
  const [broken, good] = await upload({ base64: cutOff }, { base64: await retaken(shelves[2]!) });
  const events = await user.collect(imageEvents, { ids: [broken.id, good.id] });
  const last = (id: string) => events.findLast((event) => event.imageId === id);
  expect(last(good.id)).toMatchObject({ indexingStatus: 'INDEXED', image: { failure: null } });
  expect(last(broken.id)).toMatchObject({
    status: 'READY',
    indexingStatus: 'FAILED',
    image: { failure: { code: 'INVALID_IMAGE', retryable: false } },
  });
  expect(await user.fail(search, { by: { imageId: broken.id } })).toMatchObject({
    status: 400,
    code: 'BAD_USER_INPUT',
  });
  // Its bytes are here: an analysis finds out by itself.
  const taskId = await createTask(user);
  const { analysis } = await recognize(user, { taskId, image: { source: { imageId: broken.id } } });
  expect(analysis).toMatchObject({ status: 'FAILED', failure: { code: 'INVALID_IMAGE' } });
});

test('images of a batch are described with their analysis, and found by the items and words on them', async () => {
  const products = await exampleProducts('querrick-oat-rings', 'dunnaby-plum-jam');
  const items = await Promise.all(products.map((product) => createExampleItem(user, product)));
  await awaitActive(user, items);
  const taskId = await createTask(user, { catalogItemIds: items });
  const batch = await submitBatch(
    user,
    [
      { source: { base64: await exampleBase64('shelves/5-whole-bay.jpg') }, metadata: { store: 'Harbour-12' } },
      { source: { base64: await exampleBase64('shelves/6-evening.jpg') }, index: false },
    ],
    { taskId },
  );
  await awaitEnd(user, batch);
  const [indexed, left] = batch.analyses.map(({ image }) => image.id);
  const { nodes } = await user.run(
    'query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Image { indexingStatus } ... on Analysis { detections { confidence catalogItem { id name } } } } }',
    { ids: [indexed, left, ...batch.ids] },
  );
  expect(nodes.slice(0, 2)).toEqual([{ indexingStatus: 'INDEXED' }, { indexingStatus: 'NOT_INDEXED' }]);
  // The job that looks after the rest is not due yet, so it was the analysis.
  const { rows } = await sightline.database.pool.query(
    "select run_at > now() as later from graphile_worker.jobs where task_identifier = 'index_images'",
  );
  expect(rows).toEqual([{ later: true }]);
  const named = nodes[2].detections.filter(({ catalogItem }: Data) => catalogItem !== null);
  expect(named.length).toBeGreaterThan(0);
  const { id: itemId, name } = named[0].catalogItem;
  const best = Math.max(
    ...named.filter((one: Data) => one.catalogItem.id === itemId).map((one: Data) => one.confidence),
  );
  const hit = { id: indexed, score: expect.closeTo(best, 5) };
  expect(await found({ catalogItemId: itemId })).toEqual([hit]);
  expect(await found({ text: name })).toEqual([hit]);
  expect(await found({ text: 'harbour 12' })).toEqual([{ id: indexed, score: 1 }]);
});

test('a deleted image takes its bytes, renditions and embedding along; its analysis keeps what was found', async () => {
  const taskId = await createTask(user);
  const { analysis } = await recognize(user, {
    taskId,
    image: { source: { base64: await retaken('shelves/5-whole-bay.jpg') } },
  });
  const state =
    'query ($id: ID!) { node(id: $id) { ... on Analysis { status image { id sha256 url(width: 320) } detections { box { x } } } } }';
  const { node: before } = await user.run(state, { id: analysis.id });
  const { id: imageId, sha256, url } = before.image;
  const kept = async () =>
    (await readdir(join(sightline.dataDir, 'blobs'), { recursive: true }))
      .map((name) => basename(name))
      .filter((name) => name.startsWith(sha256));
  const described = async () =>
    (await sightline.database.pool.query("select model from blob_embedding where encode(sha256, 'hex') = $1", [sha256]))
      .rows;
  expect((await fetch(url)).headers.get('etag')).toContain('-w320');
  expect((await kept()).sort()).toEqual(expect.arrayContaining([sha256, `${sha256}.w320`]));
  expect(await described()).toHaveLength(1);

  const { deleteImages } = await user.run(
    'mutation ($id: ID!) { deleteImages(ids: [$id]) { results { ... on DeletedImage { id analysesKept } } } }',
    { id: imageId },
  );
  expect(deleteImages.results).toEqual([{ id: imageId, analysesKept: 1 }]);
  await vi.waitFor(async () => expect(await kept()).toEqual([]), { timeout: 30_000 });
  expect(await described()).toEqual([]);
  expect((await fetch(url)).status).toBe(404);
  const { node: after } = await user.run(state, { id: analysis.id });
  expect(after).toEqual({ ...before, image: null });
  expect(after.detections.length).toBeGreaterThan(0);
});

test('what is left of a batch is indexed by the job that comes later', async () => {
  const taskId = await createTask(user);
  const batch = await submitBatch(user, [{ source: { base64: await retaken(shelves[3]!) } }], {
    taskId,
    priority: 'BULK',
  });
  await user.run(
    'mutation ($batchId: ID!) { cancelAnalyses(target: { batchId: $batchId }) { results { __typename } } }',
    { batchId: batch.batch.id },
  );
  await awaitEnd(user, batch);
  const imageId = batch.analyses[0].image.id;
  await sightline.database.pool.query(
    "select graphile_worker.reschedule_jobs(array(select id from graphile_worker.jobs where task_identifier = 'index_images'), now())",
  );
  const events = await user.collect(imageEvents, { ids: [imageId] });
  expect(events.at(-1)).toMatchObject({ imageId, indexingStatus: 'INDEXED' });
});
