import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp, { type Sharp } from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTask } from '../../support/recognition.ts';
import { startTestSightline, type TestSightline } from '../../support/sightline.ts';
import { createUser, type Data, type User } from '../../support/user.ts';
import { decodeAll, nodeAvSettings } from '../../support/videos.ts';
import { analyzeVideo, fetchPicture, pan, panFile, videoEvents } from './client.ts';

/** Pictures of the frames and tracks of a video that a real engine has analysed. */
let sightline: TestSightline;
let user: User;
let analysis: Data;
beforeAll(async () => {
  sightline = await startTestSightline({ role: 'start', env: { ENGINES: '1' } });
  user = createUser(sightline);
  const taskId = await createTask(user, { pipeline: 'shelf-fast' });
  analysis = await analyzeVideo(user, { taskId, source: { upload: await pan() }, sampling: { maxFrames: 3 } });
  await user.collect(videoEvents, { filter: { ids: [analysis.id] } });
});
afterAll(async () => {
  await user?.close();
  await sightline?.close();
});

async function read(): Promise<Data> {
  const { node } = await user.run(
    `query ($id: ID!) { node(id: $id) { ... on VideoAnalysis {
      frames { nodes { timeSeconds url small: url(width: 300) } }
      tracks(first: 3) { nodes { track cropUrl bestSighting { timeSeconds box { x y width height } } } } } } }`,
    { id: analysis.id },
  );
  return node;
}

async function load(url: string, accept = '*/*') {
  const response = await fetchPicture(url, { headers: { accept } });
  const bytes = Buffer.from(await response.arrayBuffer());
  return { status: response.status, type: response.headers.get('content-type'), bytes };
}

/** Mean difference of the channels of two pictures of one size. */
async function difference(a: Buffer, b: Sharp): Promise<number> {
  const [one, other] = await Promise.all([sharp(a).raw().toBuffer(), b.raw().toBuffer()]);
  expect(one.length).toBe(other.length);
  return one.reduce((sum, value, at) => sum + Math.abs(value - other[at]!), 0) / one.length;
}

/** Of the pan. */
const frameMs = 40;

/** The frames of the first second and the one behind it, by time. */
async function decodedFrames(): Promise<Map<number, Sharp>> {
  const all = { framesPerSecond: 25, maxFrames: 27 };
  const { frames } = await decodeAll(fileURLToPath(panFile), nodeAvSettings, all);
  return new Map(
    frames.map(({ timeSeconds, width, height, pixels }) => [
      Math.round(timeSeconds * 1_000),
      sharp(pixels, { raw: { width, height, channels: 3 } }),
    ]),
  );
}

async function derivedFiles(): Promise<string[]> {
  const names = await readdir(join(sightline.dataDir, 'blobs'), { recursive: true });
  return names.flatMap((name) => name.split('/').at(-1)!.slice(65) || []);
}

test('each frame has a picture, which is what the analysis saw', async () => {
  const frames = (await read()).frames.nodes;
  const decoded = await decodedFrames();
  expect(frames).toHaveLength(3);
  for (const { url, timeSeconds } of frames) {
    const { status, type, bytes } = await load(url);
    expect([status, type]).toEqual([200, 'image/jpeg']);
    const time = Math.round(timeSeconds * 1_000);
    const own = await difference(bytes, decoded.get(time)!);
    // A JPEG is not exact, and the frames beside it show other pixels.
    expect(own).toBeLessThan(5);
    for (const beside of [decoded.get(time - frameMs), decoded.get(time + frameMs)])
      if (beside) expect(await difference(bytes, beside)).toBeGreaterThan(1.5 * own);
  }
  const small = await load(frames[0].small, 'image/webp');
  expect(small.type).toBe('image/webp');
  expect(await sharp(small.bytes).metadata()).toMatchObject({ width: 320, height: 180 });
});

test('each track has a picture of its best sighting', async () => {
  const decoded = await decodedFrames();
  const { nodes } = (await read()).tracks;
  expect(nodes).toHaveLength(3);
  for (const { cropUrl, bestSighting } of nodes) {
    const { bytes } = await load(cropUrl);
    const { width, height } = await sharp(bytes).metadata();
    const { x, y } = bestSighting.box;
    const frame = decoded.get(Math.round(bestSighting.timeSeconds * 1_000))!;
    const shown = frame.clone().extract({ left: Math.floor(x), top: Math.floor(y), width: width!, height: height! });
    const own = await difference(bytes, shown);
    expect(own).toBeLessThan(10);
    const other = frame.clone().extract({ left: 0, top: 0, width: width!, height: height! });
    expect(await difference(bytes, other)).toBeGreaterThan(2 * own);
  }
});

test('a link shows only what it was signed for', async () => {
  const [{ url }] = (await read()).frames.nodes;
  expect((await load(url.replace(/time=\d+/, 'time=500'))).status).toBe(403);
  const [{ cropUrl }] = (await read()).tracks.nodes;
  expect((await load(cropUrl.replace(/track=\d+/, 'track=2'))).status).toBe(403);
});

test('pictures of tracks go with their analysis, and those of frames with the video', async () => {
  const { frames, tracks } = await read();
  const urls = [frames.nodes[0].url, tracks.nodes[0].cropUrl];
  for (const url of urls) await load(url);
  const beginnings = async () => new Set((await derivedFiles()).map((name) => name.replace(/.*(frame|track).*/, '$1')));
  expect(await beginnings()).toEqual(new Set(['frame', 'track']));
  await user.run('mutation ($ids: [ID!]!) { deleteAnalyses(ids: $ids) { results { __typename } } }', {
    ids: [analysis.id],
  });
  expect(await beginnings()).toEqual(new Set(['frame']));
  expect((await load(urls[1])).status).toBe(404);
  expect((await load(urls[0])).status).toBe(200);
  await user.run('mutation ($ids: [ID!]!) { deleteVideos(ids: $ids) { results { __typename } } }', {
    ids: [analysis.video.id],
  });
  expect(await derivedFiles()).toEqual([]);
  expect((await load(urls[0])).status).toBe(404);
});
