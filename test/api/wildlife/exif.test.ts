import { createHash } from 'node:crypto';
import sharp, { type Exif } from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { awaitEnd, createTask, submitBatch } from '../../support/recognition.ts';
import { startTestSightline, type TestSightline } from '../../support/sightline.ts';
import { createUser, type Data, type User } from '../../support/user.ts';

/** What the EXIF data of an image says, and who gets originals that have a position or a serial number. */
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

const camera = {
  IFD0: { Make: 'Acme', Model: 'Trap 3' },
  IFD2: { ExposureTime: '1/125', FNumber: '28/10', ISOSpeedRatings: '200', FocalLength: '35/1', LensModel: 'Wide' },
};
const position = {
  GPSLatitudeRef: 'N',
  GPSLatitude: '51/1 30/1 32/1',
  GPSLongitudeRef: 'W',
  GPSLongitude: '0/1 7/1 5/1',
};

function photograph(exif: Exif | null, format: 'jpeg' | 'webp' | 'png' = 'jpeg'): Promise<Buffer> {
  const plain = sharp({ create: { width: 64, height: 48, channels: 3, background: '#336699' } });
  return (exif ? plain.withExif(exif) : plain).toFormat(format).toBuffer();
}

const fields = /* GraphQL */ `id url small: url(width: 320)
  exif { make model lens exposureSeconds fNumber iso focalLengthMm }`;

async function store(bytes: Buffer): Promise<Data> {
  const mutation = `mutation ($images: [ImageInput!]!) {
    uploadImages(images: $images) { results { ... on Image { ${fields} } } } }`;
  const { uploadImages } = await user.run(mutation, { images: [{ source: { base64: bytes.toString('base64') } }] });
  return uploadImages.results[0];
}

async function read(as: User, id: string): Promise<Data> {
  return (await as.run(`query ($id: ID!) { node(id: $id) { ... on Image { ${fields} } } }`, { id })).node;
}

async function load(url: string): Promise<Buffer> {
  const response = await fetch(url);
  expect(response.status).toBe(200);
  return Buffer.from(await response.arrayBuffer());
}

const hash = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

test.each(['jpeg', 'webp', 'png'] as const)('an image says what its camera wrote: %s', async (format) => {
  const { exif } = await store(await photograph(camera, format));
  expect(exif).toEqual({
    make: 'Acme',
    model: 'Trap 3',
    lens: 'Wide',
    exposureSeconds: 0.008,
    fNumber: 2.8,
    iso: 200,
    focalLengthMm: 35,
  });
});

test('nothing is said where the camera wrote nothing, or nonsense', async () => {
  expect((await store(await photograph(null))).exif).toBeNull();
  const odd = await photograph({ IFD0: { Make: 'Acme' }, IFD2: { ExposureTime: '0/1', FNumber: '5/0' } });
  expect((await store(odd)).exif).toMatchObject({ make: 'Acme', exposureSeconds: null, fNumber: null });
});

test.each<[string, Exif]>([
  ['a position', { ...camera, IFD3: position }],
  ['a serial number', { IFD2: { ...camera.IFD2, BodySerialNumber: '4711' } }],
])('an original with %s is for ORIGINALS', async (_what, exif) => {
  const bytes = await photograph(exif);
  const { id } = await store(bytes);
  expect(hash(await load((await read(user, id)).url))).toBe(hash(bytes));
  const shown = await load((await read(reader, id)).url);
  expect(hash(shown)).not.toBe(hash(bytes));
  const metadata = await sharp(shown).metadata();
  expect(metadata).toMatchObject({ width: 64, height: 48 });
  expect(metadata.exif).toBeUndefined();
});

test('a position is returned only when a task says so', async () => {
  const { id } = await store(
    await photograph({ ...camera, IFD3: { ...position, GPSAltitudeRef: '0', GPSAltitude: '249/10' } }),
  );
  const where = async () =>
    (
      await reader.run(
        'query ($id: ID!) { node(id: $id) { ... on Image { exif { make latitude longitude altitudeMeters } } } }',
        { id },
      )
    ).node.exif;
  const nowhere = { make: 'Acme', latitude: null, longitude: null, altitudeMeters: null };
  expect(await where()).toEqual(nowhere);
  const analyze = async (taskId: string) =>
    awaitEnd(user, await submitBatch(user, [{ source: { imageId: id }, taskId }]));
  await analyze(await createTask(user, { pipeline: 'wildlife' }));
  expect(await where()).toEqual(nowhere);
  await analyze(await createTask(user, { pipeline: 'wildlife', privacy: { exifPosition: true } }));
  expect(await where()).toEqual({ make: 'Acme', latitude: 51.50888889, longitude: -0.11805556, altitudeMeters: 24.9 });
  // One that says nothing does not undo it.
  await analyze(await createTask(user, { pipeline: 'wildlife' }));
  expect((await where()).latitude).toBe(51.50888889);
});

test.each<[string, Record<string, string>]>([
  ['no fix', { ...position, GPSLatitude: '0/1 0/1 0/1', GPSLongitude: '0/1 0/1 0/1' }],
  ['nowhere', { ...position, GPSLatitude: '151/1 30/1 32/1' }],
  ['nonsense', { ...position, GPSLongitude: '5/0 7/1 5/1' }],
])('a picture with only a position that is %s says nothing', async (_what, gps) => {
  const { id } = await store(await photograph({ IFD3: gps }));
  const taskId = await createTask(user, { pipeline: 'wildlife', privacy: { exifPosition: true } });
  await awaitEnd(user, await submitBatch(user, [{ source: { imageId: id }, taskId }]));
  expect((await read(user, id)).exif).toBeNull();
});

test('an original with neither is for all who may read', async () => {
  const bytes = await photograph(camera);
  const { id } = await store(bytes);
  expect(hash(await load((await read(reader, id)).url))).toBe(hash(bytes));
});

test('no rendition has EXIF data', async () => {
  const { small } = await store(await photograph({ ...camera, IFD3: position }));
  expect((await sharp(await load(small)).metadata()).exif).toBeUndefined();
});
