import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { pixelAt, quarterOf, readClock } from '../../support/clock.ts';
import { startTestSightline, type TestSightline } from '../../support/sightline.ts';
import { createUser, type Data, type User } from '../../support/user.ts';
import { videoFixture, withMatrix } from '../../support/videos.ts';
import { readVideo, uploadVideo } from './client.ts';

/** The frame that stands for a video, made by a real decoder and engine. */
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

async function store(name: string, change: (bytes: Buffer) => Buffer = (bytes) => bytes): Promise<Data> {
  const bytes = change(await readFile(videoFixture(name)));
  const { id } = await uploadVideo(user, new File([new Uint8Array(bytes)], name));
  await expect.poll(async () => (await readVideo(user, id)).status, { timeout: 30_000 }).toBe('READY');
  return readPoster(id);
}

async function readPoster(id: string): Promise<Data> {
  const query = 'query ($id: ID!) { node(id: $id) { ... on Video { id posterUrl small: posterUrl(width: 100) } } }';
  return (await user.run(query, { id })).node;
}

async function load(url: string, accept = '*/*') {
  const response = await fetch(url, { headers: { accept } });
  const bytes = Buffer.from(await response.arrayBuffer());
  return { status: response.status, type: response.headers.get('content-type'), bytes };
}

async function pixelsOf(bytes: Buffer) {
  const { data, info } = await sharp(bytes).raw().toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, pixels: data };
}

test.each(['clock.mp4', 'clock.mov', 'vp9.webm', 'mjpeg.avi'])(
  '%s shows the frame at a tenth of its time',
  async (name) => {
    const { posterUrl, small } = await store(name);
    const { status, type, bytes } = await load(posterUrl);
    expect([status, type]).toEqual([200, 'image/jpeg']);
    const picture = await pixelsOf(bytes);
    expect(picture).toMatchObject({ width: 160, height: 120 });
    // Ten frames a second, four seconds.
    expect(readClock(picture)).toBe(4);
    const webp = await load(small, 'image/webp');
    expect(webp.type).toBe('image/webp');
    expect(readClock(await pixelsOf(webp.bytes))).toBe(4);
  },
);

test('a video that is turned when it is shown is turned in its poster', async () => {
  const { posterUrl } = await store('clock.mp4', (bytes) => withMatrix(bytes, [0, 1, -1, 0]));
  const picture = await pixelsOf((await load(posterUrl)).bytes);
  expect(picture).toMatchObject({ width: 120, height: 160 });
  // A quarter turn clockwise: the lower left comes to the upper left.
  const corners = [
    [10, 10],
    [110, 10],
    [10, 150],
    [110, 150],
  ] as const;
  expect(corners.map(([x, y]) => quarterOf(pixelAt(picture, x, y)))).toEqual([2, 0, 3, 1]);
});

test('a video without a frame at that time shows the next one, and the first where the header promises too much', async () => {
  const shown = async (video: Data) => readClock(await pixelsOf((await load(video.posterUrl)).bytes));
  expect(await shown(await store('variable-rate.mkv'))).toBe(10);
  const promising = await store('variable-rate.mkv', (bytes) => {
    bytes.write('00:06:40', bytes.indexOf('00:00:04'));
    return bytes;
  });
  expect((await readVideo(user, promising.id)).durationSeconds).toBe(400);
  expect(await shown(promising)).toBe(0);
});

test('a poster goes with its video, and its link is good for nothing else', async () => {
  const { id, posterUrl } = await store('index-last.mp4');
  expect((await load(posterUrl)).status).toBe(200);
  const { url } = await readVideo(user, id);
  expect((await load(posterUrl.replace('/posters/', '/videos/'))).status).toBe(403);
  expect((await load(url.replace('/videos/', '/posters/'))).status).toBe(403);
  const posters = async () =>
    (await readdir(join(sightline.dataDir, 'blobs'), { recursive: true })).filter((name) => name.includes('poster'));
  const before = await posters();
  await user.run('mutation ($ids: [ID!]!) { deleteVideos(ids: $ids) { results { __typename } } }', { ids: [id] });
  expect((await load(posterUrl)).status).toBe(404);
  expect(await posters()).toHaveLength(before.length - 1);
});

test('a video that is not READY has none', async () => {
  const { id } = await uploadVideo(
    user,
    new File([new Uint8Array(await readFile(videoFixture('sound-only.mp4')))], 'a.mp4'),
  );
  await expect.poll(async () => (await readVideo(user, id)).status, { timeout: 30_000 }).toBe('FAILED');
  expect(await readPoster(id)).toMatchObject({ posterUrl: null, small: null });
});
