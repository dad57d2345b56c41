import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTask } from '../../support/recognition.ts';
import { startTestSightline, type TestSightline } from '../../support/sightline.ts';
import { createUser, type Data, type User } from '../../support/user.ts';
import { videoFixture } from '../../support/videos.ts';
import { analyzeResult, analyzeVideo, fetchPicture, videoEvents } from '../videos/client.ts';
import { beside, detail, face, photograph } from './face.ts';

/** Videos of the photograph of a person, of a task that hides heads and of one that does not. */
let sightline: TestSightline;
let user: User;
let reader: User;
let bytes: Buffer;
beforeAll(async () => {
  sightline = await startTestSightline({ role: 'start', env: { ENGINES: '1' } });
  user = createUser(sightline);
  const { createApiKey } = await user.run(`mutation { createApiKey(name: "Reader", scopes: [READ]) {
    ... on CreateApiKeyPayload { secret } } }`);
  reader = createUser({ url: sightline.url, apiKey: createApiKey.secret });
  bytes = await readFile(videoFixture('person.mp4'));
});
afterAll(async () => {
  await user?.close();
  await reader?.close();
  await sightline?.close();
});

/** A file of its own, with the same frames: a box that no player knows is ignored. */
function video(mark: string): File {
  const free = Buffer.alloc(8 + mark.length);
  free.writeUInt32BE(free.length);
  free.write(`free${mark}`, 4);
  return new File([Uint8Array.from(Buffer.concat([bytes, free]))], 'person.mp4', { type: 'video/mp4' });
}

async function analyze(source: Data, blurPeople: string): Promise<Data> {
  const taskId = await createTask(user, { pipeline: 'wildlife', privacy: { blurPeople } });
  const analysis = await analyzeVideo(user, { taskId, source, sampling: { framesPerSecond: 1, maxFrames: 2 } });
  const events = await user.collect(videoEvents, { filter: { ids: [analysis.id] } });
  expect(events.at(-1)).toMatchObject({ status: 'SUCCEEDED' });
  return analysis;
}

async function read(as: User, id: string): Promise<Data> {
  const { node } = await as.run(
    `query ($id: ID!) { node(id: $id) { ... on VideoAnalysis {
      video { url blurPeople posterUrl } frames { nodes { url } }
      tracks { nodes { label cropUrl bestSighting { box { x y width height } } } } } } }`,
    { id },
  );
  return node;
}

async function load(url: string): Promise<Buffer> {
  const response = await fetchPicture(url);
  expect(response.status).toBe(200);
  return Buffer.from(await response.arrayBuffer());
}

/** Of a face that is shown, in a picture of this kind. */
async function shownDetail(region: typeof face): Promise<number> {
  return detail(await readFile(photograph), region);
}

test('frames, posters and crops of a task that hides heads hide the face, and the bytes need ORIGINALS', async () => {
  const file = video('hidden');
  const { id } = await analyze({ upload: file }, 'HEADS');
  const found = await read(reader, id);
  expect(found.video.blurPeople).toBe('HEADS');
  for (const url of [found.frames.nodes[0].url, found.video.posterUrl]) {
    const shown = await load(url);
    expect(await detail(shown, face)).toBeLessThan(0.4 * (await shownDetail(face)));
    expect(await detail(shown, beside)).toBeGreaterThan(0.4 * (await shownDetail(beside)));
  }
  const { cropUrl, bestSighting } = found.tracks.nodes.find(({ label }: Data) => label === 'person');
  const { x, y, width, height } = bestSighting.box;
  const inCrop = { left: face.left - x, top: face.top - y, width: face.width, height: face.height };
  expect(await detail(await load(cropUrl), inCrop, { width, height })).toBeLessThan(0.5 * (await shownDetail(face)));
  expect(found.video.url).toBeNull();
  const sha256 = (content: Uint8Array) => createHash('sha256').update(content).digest('hex');
  const original = (await read(user, id)).video.url;
  expect(sha256(await load(original))).toBe(sha256(new Uint8Array(await file.arrayBuffer())));
});

test('of a task that hides nobody, the frames show the face', async () => {
  const { id } = await analyze({ upload: video('shown') }, 'NONE');
  const found = await read(reader, id);
  expect(found.video.blurPeople).toBe('NONE');
  expect(await detail(await load(found.frames.nodes[0].url), face)).toBeGreaterThan(0.6 * (await shownDetail(face)));
  const link = found.video.url;
  await load(link);
  // It shows them no longer once a task hides them.
  const { node } = await user.run('query ($id: ID!) { node(id: $id) { ... on VideoAnalysis { video { id } } } }', {
    id,
  });
  await analyze({ videoId: node.video.id }, 'BODIES');
  expect((await fetch(link)).status).toBe(403);
  expect(await detail(await load(found.frames.nodes[0].url), face)).toBeLessThan(0.4 * (await shownDetail(face)));
});

test('a task that keeps no originals takes no video, of which no private version is made', async () => {
  const taskId = await createTask(user, {
    pipeline: 'wildlife',
    privacy: { blurPeople: 'HEADS', keepOriginal: false },
  });
  expect(await analyzeResult(user, { taskId, source: { upload: video('kept') } })).toMatchObject({
    __typename: 'ValidationError',
    issues: [{ path: ['videos', '0', 'taskId'], message: expect.stringMatching(/keepOriginal: false.*deleteVideos/) }],
  });
});
