import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { picture } from '../../support/pictures.ts';
import { createItem, createTask, submitBatch } from '../../support/recognition.ts';
import { startTestSightline, type TestSightline } from '../../support/sightline.ts';
import { createUser, type Data, type User } from '../../support/user.ts';

/** Renditions as clients get them, made by a real engine. */
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

const urls =
  'id sha256 url w1: url(width: 1) w500: url(width: 500) w1280: url(width: 1280) w2560: url(width: 2560) w9999: url(width: 9999)';

/** @returns the image, once its analysis has SUCCEEDED, as the event that says so shows it. */
async function analyze(bytes: Buffer<ArrayBuffer>): Promise<Data> {
  const file = new Blob([bytes]);
  const { batch } = await submitBatch(user, [{ file, index: false }], { taskId: await createTask(user) });
  const events = /* GraphQL */ `subscription ($filter: AnalysisEventFilter!, $after: String) {
    analysisEvents(filter: $filter, after: $after) { ... on AnalysisStatusChanged { status analysis { image { ${urls} } } } }
  }`;
  for await (const { status, analysis } of user.stream(events, {
    filter: { batchId: batch.id },
    after: batch.eventCursor,
  }))
    if (status === 'SUCCEEDED') return analysis.image;
  throw new Error('The analysis did not succeed.');
}

async function upload(bytes: Buffer, index = false): Promise<Data> {
  const mutation = `mutation ($images: [ImageInput!]!) { uploadImages(images: $images) { results { ... on Image { ${urls} } } } }`;
  const images = [{ source: { base64: bytes.toString('base64') }, index }];
  return (await user.run(mutation, { images })).uploadImages.results[0];
}

/** What a link leads to: format, width and height, and the bytes. */
async function read(url: string, accept = '*/*') {
  const answer = await fetch(url, { headers: { accept } });
  const bytes = Buffer.from(await answer.arrayBuffer());
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, expect.stringMatching(/^image\//)]);
  const { format, width, height, exif, orientation } = await sharp(bytes).metadata();
  expect(answer.headers.get('content-type')).toBe(format === 'heif' ? 'image/heic' : `image/${format}`);
  return { format, size: `${width}x${height}`, exif, orientation, bytes };
}

/** Pictures that somebody waits for. */
async function renderJobs(): Promise<number> {
  const { rows } = await sightline.database.pool.query(
    `select count(*)::int as count from graphile_worker.jobs where task_identifier = 'render_image'`,
  );
  return rows[0].count;
}

async function stored(image: Data): Promise<string[]> {
  const names = await readdir(join(sightline.dataDir, 'blobs'), { recursive: true });
  return names.flatMap((name) => (name.includes(image.sha256) ? [name.split('/').at(-1)!.slice(64)] : [])).sort();
}

test('those of lists and details are there when SUCCEEDED is pushed, upright and without metadata', async () => {
  const image = await analyze(
    await picture({ width: 2_000, height: 3_000, orientation: 6, taken: '2024:05:06 07:08:09' }),
  );
  expect(await stored(image)).toEqual(['', '.w1280', '.w320', '.w640']);
  const original = await read(image.url);
  expect([original.exif, original.orientation]).toEqual([expect.any(Buffer), 6]);
  for (const [url, size] of [
    [image.w1, '320x213'],
    [image.w500, '640x427'],
    [image.w1280, '1280x853'],
  ])
    expect(await read(url)).toMatchObject({ format: 'jpeg', size, exif: undefined, orientation: undefined });
  expect(await renderJobs()).toBe(0);
});

test('others are made while the request waits, once for all that wait, and none is enlarged', async () => {
  const image = await analyze(await picture({ width: 3_000, height: 600, taken: '2024:05:06 07:08:09' }));
  const answers = await Promise.all(Array.from({ length: 20 }, () => read(image.w2560)));
  for (const answer of answers) expect(answer).toMatchObject({ format: 'jpeg', size: '2560x512', exif: undefined });
  expect(await read(image.w9999)).toMatchObject({ format: 'jpeg', size: '3000x600', exif: undefined });
  expect(await read(image.w500, 'image/webp')).toMatchObject({ format: 'webp', size: '640x128', exif: undefined });
  expect(await stored(image)).toEqual(['', '.full', '.w1280', '.w2560', '.w320', '.w640', '.w640.webp']);
});

test('a picture that nobody has looked at yet has them on demand', async () => {
  const image = await upload(await picture({ format: 'png', width: 500, height: 20 }));
  expect(await stored(image)).toEqual(['']);
  expect(await read(image.w1)).toMatchObject({ format: 'jpeg', size: '320x13' });
  for (const url of [image.w500, image.w1280, image.w2560, image.w9999])
    expect(await read(url)).toMatchObject({ format: 'jpeg', size: '500x20' });
  expect(await stored(image)).toEqual(['', '.w320', '.w640']);
});

test('indexing makes them, too, of images as of catalogue pictures', async () => {
  const image = await upload(await picture({ width: 900, height: 30, colour: '#aa2200' }), true);
  await vi.waitFor(async () => expect(await stored(image)).toEqual(['', '.w1280', '.w320', '.w640']), {
    timeout: 30_000,
  });
  const thumbnail = { base64: (await picture({ width: 350, height: 350, colour: '#00aa22' })).toString('base64') };
  const item = await createItem(user, { thumbnail });
  const { node } = await user.run(`query ($id: ID!) { node(id: $id) { ... on Image { ${urls} } } }`, {
    id: item.thumbnail.id,
  });
  await vi.waitFor(async () => expect(await stored(node)).toEqual(['', '.w320', '.w640']), { timeout: 30_000 });
});

test('a picture that browsers cannot show has one as large as itself', async () => {
  const heic = await readFile(join(import.meta.dirname, '../../fixtures/heic/turned.heic'));
  const image = await analyze(Buffer.from(heic));
  expect(await stored(image)).toEqual(['', '.w320']);
  expect((await fetch(image.url)).headers.get('content-type')).toBe('image/heic');
  for (const url of [image.w1, image.w2560, image.w9999])
    expect(await read(url)).toMatchObject({ format: 'jpeg', size: '120x160' });
});

test('a picture that is damaged has none, and is not tried again for a day', async () => {
  const whole = await picture({ width: 400, height: 400, noise: true });
  const image = await upload(whole.subarray(0, whole.length / 2));
  for (const url of [image.w1, image.w2560]) {
    const answer = await fetch(url);
    expect([answer.status, await answer.json()]).toEqual([422, { code: 'INVALID_IMAGE', message: expect.any(String) }]);
  }
  expect(await stored(image)).toEqual(['']);
});

test('of an image that is deleted nothing is left', async () => {
  const image = await analyze(await picture({ width: 700, height: 70, colour: '#2200aa' }));
  await read(image.w500, 'image/webp');
  expect(await stored(image)).toHaveLength(5);
  await user.run('mutation ($ids: [ID!]!) { deleteImages(ids: $ids) { results { __typename } } }', { ids: [image.id] });
  expect(await stored(image)).toEqual([]);
  const { rows } = await sightline.database.pool.query(`select from blob where encode(sha256, 'hex') = $1`, [
    image.sha256,
  ]);
  expect(rows).toEqual([]);
  expect((await fetch(image.w1)).status).toBe(404);
});
