import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { awaitEnd, createTask, failures, type Submitted, submitBatch } from '../../support/recognition.ts';
import { startTestSightline, type TestSightline } from '../../support/sightline.ts';
import { createUser, type Data, type User } from '../../support/user.ts';
import { beside, detail, face, photograph } from './face.ts';

/** A task that hides heads, on the photograph of a person. */
let sightline: TestSightline;
let user: User;
let reader: User;
beforeAll(async () => {
  sightline = await startTestSightline({ role: 'start', env: { ENGINES: '1' } });
  user = createUser(sightline);
  const { createApiKey } = await user.run(`mutation { createApiKey(name: "Reader", scopes: [READ]) {
    ... on CreateApiKeyPayload { secret } } }`);
  reader = createUser({ url: sightline.url, apiKey: createApiKey.secret });
});
afterAll(async () => {
  await user?.close();
  await reader?.close();
  await sightline?.close();
});

async function load(url: string): Promise<Buffer> {
  const response = await fetch(url);
  expect(response.status).toBe(200);
  return Buffer.from(await response.arrayBuffer());
}

const query = /* GraphQL */ `query ($ids: [ID!]!) {
  nodes(ids: $ids) {
    ... on Analysis {
      status
      image { id blurPeople original: url small: url(width: 320) full: url(width: 4000) sha256 }
      annotatedUrl(width: 4000)
      detections { cropUrl(width: 640) box { x y width height } }
    }
  }
}`;

/** A file of its own, with the same pixels: bytes behind the end of a JPEG are ignored. */
async function photo(mark: string): Promise<Buffer> {
  return Buffer.concat([await readFile(photograph), Buffer.from(mark)]);
}

async function analyze(bytes: Buffer, taskId: string): Promise<Submitted> {
  const submitted = await submitBatch(user, [{ source: { base64: bytes.toString('base64') }, taskId }]);
  await awaitEnd(user, submitted);
  return submitted;
}

async function read(as: User, { ids }: Submitted): Promise<Data> {
  return (await as.run(query, { ids })).nodes[0];
}

const hiding = { pipeline: 'wildlife', privacy: { blurPeople: 'HEADS' } };

describe('of a task that hides heads', () => {
  let submitted: Submitted;
  let bytes: Buffer;
  beforeAll(async () => {
    bytes = await photo('heads');
    submitted = await analyze(bytes, await createTask(user, hiding));
  });

  test('every rendition hides the face, and leaves the rest', async () => {
    const { image } = await read(reader, submitted);
    expect(image.blurPeople).toBe('HEADS');
    const original = await readFile(photograph);
    for (const url of [image.small, image.full]) {
      const shown = await load(url);
      expect(await detail(shown, face)).toBeLessThan(0.4 * (await detail(original, face)));
      expect(await detail(shown, beside)).toBeGreaterThan(0.5 * (await detail(original, beside)));
    }
  });

  test('annotated pictures and crops hide it, too', async () => {
    const { annotatedUrl, detections } = await read(reader, submitted);
    const original = await readFile(photograph);
    const annotated = sharp(await load(annotatedUrl));
    // Without the legend below.
    const drawn = await annotated.extract({ left: 0, top: 0, width: 360, height: 360 }).toBuffer();
    expect(await detail(drawn, face)).toBeLessThan(0.5 * (await detail(original, face)));
    const [{ cropUrl, box }] = detections;
    const crop = await load(cropUrl);
    const { width } = await sharp(crop).metadata();
    const scale = width / box.width;
    const inCrop = await sharp(crop)
      .extract({
        left: Math.round((face.left - box.x) * scale),
        top: Math.round((face.top - box.y) * scale),
        width: face.width,
        height: face.height,
      })
      .toBuffer();
    const there = await sharp(original).extract(face).toBuffer();
    const all = { left: 0, top: 0, width: 360, height: 360 };
    expect(await detail(inCrop, all)).toBeLessThan(0.5 * (await detail(there, all)));
  });

  test('the original is for ORIGINALS: others get the picture with the face hidden', async () => {
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const hash = (loaded: Buffer) => createHash('sha256').update(loaded).digest('hex');
    const original = await readFile(photograph);
    const shown = await load((await read(reader, submitted)).image.original);
    expect(hash(shown)).not.toBe(sha256);
    expect(await detail(shown, face)).toBeLessThan(0.4 * (await detail(original, face)));
    const { createApiKey } = await user.run(`mutation { createApiKey(name: "Auditor", scopes: [READ, ORIGINALS]) {
      ... on CreateApiKeyPayload { secret } } }`);
    const auditor = createUser({ url: sightline.url, apiKey: createApiKey.secret });
    expect(hash(await load((await read(auditor, submitted)).image.original))).toBe(sha256);
    expect(hash(await load((await read(user, submitted)).image.original))).toBe(sha256);
    // The parameter is part of what is signed.
    const forged = `${(await read(reader, submitted)).image.small}&original=true`;
    expect((await fetch(forged)).status).toBe(403);
  });

  test('another image of the same bytes is hidden as well, and so it stays', async () => {
    const again = await analyze(bytes, await createTask(user, { pipeline: 'wildlife' }));
    const { image } = await read(reader, again);
    expect(await detail(await load(image.small), face)).toBeLessThan(
      0.4 * (await detail(await readFile(photograph), face)),
    );
    expect((await read(reader, submitted)).image.blurPeople).toBe('HEADS');
  });
});

describe('of a task that keeps no originals', () => {
  const hash = (loaded: Buffer) => createHash('sha256').update(loaded).digest('hex');

  /** Names of all files in the store. */
  async function stored(): Promise<string[]> {
    return readdir(join(sightline.dataDir, 'blobs'), { recursive: true });
  }

  test('the picture with people hidden takes the place of the original, and everything works from it', async () => {
    const bytes = await photo('gone');
    const sha256 = hash(bytes);
    const twin = await user.run(
      `mutation ($source: ImageSource!) { uploadImages(images: [{ source: $source }]) { results { ... on Image { id } } } }`,
      { source: { base64: bytes.toString('base64') } },
    );
    const taskId = await createTask(user, { ...hiding, privacy: { blurPeople: 'HEADS', keepOriginal: false } });
    const submitted = await analyze(bytes, taskId);
    await expect
      .poll(async () => (await read(user, submitted)).image.sha256, { timeout: 30_000, interval: 200 })
      .not.toBe(sha256);
    const { image, detections } = await read(user, submitted);
    const original = await readFile(photograph);
    // This key has the scope ORIGINALS.
    for (const url of [image.original, image.small, image.full])
      expect(await detail(await load(url), face)).toBeLessThan(0.4 * (await detail(original, face)));
    expect(hash(await load(image.original))).toBe(image.sha256);
    expect(await sharp(await load(image.original)).metadata()).toMatchObject({
      width: 360,
      height: 360,
      format: 'jpeg',
    });
    await expect.poll(async () => (await stored()).filter((name) => name.includes(sha256))).toEqual([]);
    const twinId = twin.uploadImages.results[0].id;
    const { node } = await user.run('query ($id: ID!) { node(id: $id) { ... on Image { sha256 blurPeople } } }', {
      id: twinId,
    });
    expect(node.sha256).toBe(image.sha256);

    // A run and a crop of what is left.
    const again = await submitBatch(user, [{ source: { imageId: image.id }, taskId }]);
    await awaitEnd(user, again);
    expect(await read(user, again)).toMatchObject({ status: 'SUCCEEDED', image: { sha256: image.sha256 } });
    expect((await fetch(detections[0].cropUrl)).status).toBe(200);
    // Nothing is hidden twice, and no third version is made.
    const removals = () => sightline.database.pool.query('select count(*)::int as left from original_removal');
    await expect.poll(async () => (await removals()).rows, { timeout: 30_000, interval: 200 }).toEqual([{ left: 0 }]);
    expect((await read(user, submitted)).image.sha256).toBe(image.sha256);
  });

  test('a task that is changed later leaves what it kept before', async () => {
    const bytes = await photo('later');
    const kept = await createTask(user, { ...hiding, privacy: { blurPeople: 'HEADS' } });
    const plain = await analyze(bytes, kept);
    await user.run(
      `mutation ($id: ID!, $privacy: TaskPrivacyInput!) { updateTask(input: { id: $id, privacy: $privacy }) {
        ... on Task { id } } }`,
      { id: kept, privacy: { blurPeople: 'HEADS', keepOriginal: false } },
    );
    // The task changes future analyses only.
    expect((await read(user, plain)).image.sha256).toBe(hash(bytes));
    const { rows } = await sightline.database.pool.query('select count(*)::int as noted from original_removal');
    expect(rows).toEqual([{ noted: 0 }]);
  });
});

test('a link that was read before people were hidden shows them no longer', async () => {
  const bytes = await photo('before');
  const plain = await analyze(bytes, await createTask(user, { pipeline: 'wildlife' }));
  const before = await read(reader, plain);
  const original = await readFile(photograph);
  expect(await detail(await load(before.image.original), face)).toBeCloseTo(await detail(original, face), 1);
  expect(await detail(await load(before.image.small), face)).toBeGreaterThan(0.5 * (await detail(original, face)));
  const taskId = await createTask(user, { pipeline: 'wildlife', privacy: { blurPeople: 'BODIES' } });
  const { image } = before;
  await awaitEnd(user, await submitBatch(user, [{ source: { imageId: image.id }, taskId }]));
  for (const url of [image.original, image.small, image.full])
    expect(await detail(await load(url), face)).toBeLessThan(0.4 * (await detail(original, face)));
});

test('what the server cannot do is refused', async () => {
  const mutation = `mutation ($input: CreateTaskInput!) {
    createTask(input: $input) { __typename ...Failures ... on Task { privacy { blurPeople keepOriginal } } }
  } ${failures}`;
  const create = async (privacy: object) =>
    (await user.run(mutation, { input: { name: 'Task', pipeline: 'wildlife', privacy } })).createTask;
  expect(await create({ blurPeople: 'NONE', keepOriginal: false })).toMatchObject({
    issues: [{ path: ['privacy', 'keepOriginal'], message: expect.stringContaining('Nobody is hidden') }],
  });
  expect(await create({ blurPeople: 'BODIES' })).toMatchObject({
    privacy: { blurPeople: 'BODIES', keepOriginal: true },
  });
});
