import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { createTask } from '../../support/recognition.ts';
import { type S3Server, startS3Server } from '../../support/s3-server.ts';
import { sha256 } from '../../support/sha256.ts';
import { startTestSightline, type TestSightline } from '../../support/sightline.ts';
import { createUser, type Data, type User } from '../../support/user.ts';
import { videoFixture } from '../../support/videos.ts';
import { createResult, createUpload, send } from '../uploads/client.ts';
import { analyzeVideo, readVideo, readVideoAnalysis, uploadVideo, videoEvents } from './client.ts';

/** Videos of every format, sent to a bucket as large ones are, and the limits of plans, with a real worker. */
let s3: S3Server;
let sightline: TestSightline;
let user: User;
let organizationId: string;
beforeAll(async () => {
  s3 = await startS3Server();
  for (const [name, value] of Object.entries(s3.env)) vi.stubEnv(name, value);
  sightline = await startTestSightline({
    role: 'start',
    env: { ...s3.env, UPLOADS_DIRECT: 'on', ENGINES: '1' },
  });
});
afterAll(async () => {
  await sightline?.close();
  vi.unstubAllEnvs();
  await s3?.close();
});

async function becomeTenant(plan?: string): Promise<void> {
  const tenant = await sightline.createTenant({ ...(plan && { plan }) });
  organizationId = tenant.organizationId;
  user = createUser({ url: sightline.url, apiKey: tenant.apiKey });
}
beforeEach(async () => {
  await becomeTenant();
  return () => user.close();
});

function fixture(name: string): Promise<Buffer<ArrayBuffer>> {
  return readFile(videoFixture(name)) as Promise<Buffer<ArrayBuffer>>;
}

async function awaitProbed(id: string): Promise<Data> {
  const isOver = async () => ['READY', 'FAILED'].includes((await readVideo(user, id)).status);
  await expect.poll(isOver, { timeout: 30_000 }).toBe(true);
  return readVideo(user, id);
}

async function objects(): Promise<string[]> {
  return (await s3.keys()).filter((key) => key.includes(organizationId));
}

test.each([
  ['clock.mp4', 'video/mp4', 'MP4'],
  ['clock.mov', 'video/quicktime', 'QUICKTIME'],
  ['vp9.webm', 'video/webm', 'WEBM'],
  ['variable-rate.mkv', 'video/x-matroska', 'MATROSKA'],
  ['mjpeg.avi', 'video/x-msvideo', 'AVI'],
])(
  '%s is sent to its place in the bucket as %s, probed, and served in ranges',
  async (filename, mimeType, container) => {
    const bytes = await fixture(filename);
    const announced = { filename, mimeType, byteSize: bytes.length, sha256: sha256(bytes) };
    const target = await createUpload(user, announced);
    expect(new URL(target.url).origin).toBe(s3.endpoint);
    expect((await send(target, bytes)).status).toBe(200);
    const { id } = await uploadVideo(user, { uploadId: target.id });
    const video = await awaitProbed(id);
    expect(video).toMatchObject({ status: 'READY', failure: null, mimeType, container, width: 160, height: 120 });
    const part = await fetch(video.url, { headers: { range: 'bytes=4-11' } });
    expect(part.status).toBe(206);
    expect(Buffer.from(await part.arrayBuffer())).toEqual(bytes.subarray(4, 12));
    // What the client sent is gone from where it sent it.
    await expect.poll(objects).toEqual([expect.stringMatching(new RegExp(`${sha256(bytes)}$`))]);
  },
);

test('a video in a bucket is analysed, has a poster, and goes with everything', async () => {
  const file = new File([await fixture('clock.mp4')], 'clock.mp4');
  const taskId = await createTask(user, { pipeline: 'shelf-fast' });
  const analysis = await analyzeVideo(user, { taskId, source: { upload: file }, sampling: { maxFrames: 2 } });
  await user.collect(videoEvents, { filter: { ids: [analysis.id] } });
  expect(await readVideoAnalysis(user, analysis.id)).toMatchObject({ status: 'SUCCEEDED', sampledFrames: 2 });
  const { id } = analysis.video;
  const { node } = await user.run('query ($id: ID!) { node(id: $id) { ... on Video { posterUrl(width: 100) } } }', {
    id,
  });
  const poster = await fetch(node.posterUrl);
  expect([poster.status, poster.headers.get('content-type')]).toEqual([200, 'image/jpeg']);
  expect(await objects()).toHaveLength(2);
  await user.run('mutation ($ids: [ID!]!) { deleteVideos(ids: $ids) { results { __typename } } }', { ids: [id] });
  expect(await objects()).toEqual([]);
});

test('a plan limits the bytes of a video and its duration, below what the server allows', async () => {
  const bytes = await fixture('clock.mp4');
  const limit = bytes.length - 1;
  await sightline.database.pool.query(
    "update plan set max_video_bytes = $1, max_video_seconds = 3 where name = 'FREE'",
    [limit],
  );
  await user.close();
  await becomeTenant('FREE');
  const announced = { filename: 'a.mp4', mimeType: 'video/mp4', sha256: sha256(bytes) };
  const tooLarge = { __typename: 'MediaError', code: 'FILE_TOO_LARGE', limit };
  expect(await createResult(user, [{ ...announced, byteSize: bytes.length }])).toMatchObject(tooLarge);
  expect((await createResult(user, [{ ...announced, byteSize: limit }])).__typename).toBe('CreateUploadsPayload');
  expect(await uploadVideo(user, new File([bytes], 'a.mp4'))).toMatchObject({
    ...tooLarge,
    message: expect.stringContaining(`larger than ${limit} bytes`),
  });
  // Four seconds.
  const { id } = await uploadVideo(user, new File([await fixture('vp9.webm')], 'a.webm'));
  expect(await awaitProbed(id)).toMatchObject({ status: 'FAILED', failure: { code: 'VIDEO_TOO_LONG' } });
  const taskId = await createTask(user, { pipeline: 'shelf-fast' });
  const analysis = await analyzeVideo(user, { taskId, source: { videoId: id } });
  expect(analysis).toMatchObject({ status: 'FAILED', failure: { code: 'VIDEO_TOO_LONG' } });
});
