import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { encodeId, newId } from '../../../src/ids.ts';
import { picture } from '../../support/pictures.ts';
import { createTask } from '../../support/recognition.ts';
import { sha256 } from '../../support/sha256.ts';
import { startTestSightline, type TestSightline } from '../../support/sightline.ts';
import { createUser, type Data, type User } from '../../support/user.ts';
import { createResult, createUpload, readUpload, send, submitResult } from '../uploads/client.ts';
import { analyzeResult, analyzeVideo, pan, panFile, readVideo, readVideoAnalysis, uploadVideo } from './client.ts';

/** Videos as the api stores them. There is no worker here, so nothing reads their headers; analyze.test.ts does that. */
const maxVideoBytes = 1_200_000;

let sightline: TestSightline;
let user: User;
let organizationId: string;
let bytes: Buffer<ArrayBuffer>;
beforeAll(async () => {
  sightline = await startTestSightline({
    env: { MAX_VIDEO_BYTES: String(maxVideoBytes), MAX_UPLOAD_BYTES: '50000' },
  });
  bytes = Buffer.from(await readFile(panFile));
});
afterAll(() => sightline?.close());
beforeEach(async () => {
  const tenant = await sightline.createTenant();
  organizationId = tenant.organizationId;
  user = createUser({ url: sightline.url, apiKey: tenant.apiKey });
  return () => user.close();
});

const announced = { filename: 'pan.mp4', mimeType: 'video/mp4' };

describe('a video', () => {
  test('is stored from a multipart request, larger than any image may be, and served in ranges', async () => {
    const fields = {
      externalId: 'v-1',
      placeId: 'aisle-3',
      metadata: { shift: 'late' },
      recordedAt: '2026-05-06T07:08:09Z',
    };
    const video = await uploadVideo(user, await pan(), fields);
    expect(video).toMatchObject({
      __typename: 'Video',
      id: expect.stringMatching(/^vid_[0-9a-z]{26}$/),
      status: 'PROBING',
      failure: null,
      sha256: sha256(bytes),
      mimeType: 'video/mp4',
      byteSize: bytes.length,
      durationSeconds: null,
      filename: 'aisle-pan.mp4',
      externalId: 'v-1',
      placeId: 'aisle-3',
      metadata: { shift: 'late' },
      recordedAt: '2026-05-06T07:08:09.000Z',
    });
    const part = await fetch(video.url, { headers: { range: 'bytes=4-11' } });
    expect(part.status).toBe(206);
    expect(part.headers.get('content-type')).toBe('video/mp4');
    expect(part.headers.get('content-range')).toBe(`bytes 4-11/${bytes.length}`);
    expect(Buffer.from(await part.arrayBuffer())).toEqual(bytes.subarray(4, 12));
    const forged = await fetch(video.url.replace(/signature=./, 'signature=0'));
    expect([forged.status, (await forged.json()).code]).toEqual([403, 'FORBIDDEN']);
  });

  test.each([
    ['text', new File(['no video at all'], 'a.mp4'), 'UNSUPPORTED_MEDIA'],
    ['nothing', new File([], 'a.mp4'), 'INVALID_VIDEO'],
    ['too much', new File([new Uint8Array(maxVideoBytes + 1)], 'a.mp4'), 'FILE_TOO_LARGE'],
  ])('that is %s is refused', async (_what, file, code) => {
    expect(await uploadVideo(user, file)).toMatchObject({ __typename: 'MediaError', code });
  });

  test('that is an image is refused, and an image that is a video as well', async () => {
    const image = new File([await picture()], 'a.mp4', { type: 'video/mp4' });
    expect(await uploadVideo(user, image)).toMatchObject({ code: 'UNSUPPORTED_MEDIA' });
    const upload = await createUpload(user, announced);
    const taskId = await createTask(user);
    const { batch, items } = await submitResult(user, taskId, [{ uploadId: upload.id }]);
    expect(batch.failed).toBe(1);
    expect(items[0].analysis.failure).toMatchObject({ code: 'UNSUPPORTED_MEDIA' });
    const pictureUpload = await createUpload(user);
    expect(await uploadVideo(user, { uploadId: pictureUpload.id })).toMatchObject({ code: 'UNSUPPORTED_MEDIA' });
  });

  test('is listed newest first, filtered, and counted', async () => {
    const [first, second] = [
      await uploadVideo(user, await pan(), { externalId: 'a', metadata: { door: 1 } }),
      await uploadVideo(user, await pan(), { externalId: 'b', placeId: 'p' }),
    ];
    const list = async (filter: Data) =>
      (
        await user.run('query ($filter: VideoFilter) { videos(filter: $filter) { totalCount nodes { id } } }', {
          filter,
        })
      ).videos;
    const found = (...videos: Data[]) => ({ totalCount: videos.length, nodes: videos.map(({ id }) => ({ id })) });
    expect(await list({})).toEqual(found(second, first));
    expect(await list({ externalId: 'a' })).toEqual(found(first));
    expect(await list({ placeId: 'p' })).toEqual(found(second));
    expect(await list({ metadata: [{ key: 'door', value: '1' }] })).toEqual(found(first));
    expect(await list({ statuses: ['READY'] })).toEqual(found());
    expect(await list({ ids: [first.id] })).toEqual(found(first));
  });

  test('is deleted with its bytes, and its open analyses fail', async () => {
    const taskId = await createTask(user);
    const analysis = await analyzeVideo(user, { taskId, source: { upload: await pan() } });
    const video = await readVideo(user, analysis.video.id);
    const unknown = encodeId('video', newId());
    const { deleteVideos } = await user.run(
      'mutation ($ids: [ID!]!) { deleteVideos(ids: $ids) { results { __typename ... on DeletedVideo { id analysesKept } } } }',
      { ids: [video.id, unknown] },
    );
    expect(deleteVideos.results).toEqual([
      { __typename: 'DeletedVideo', id: video.id, analysesKept: 1 },
      { __typename: 'NotFoundError' },
    ]);
    expect(await readVideo(user, video.id)).toBeNull();
    expect((await fetch(video.url)).status).toBe(404);
    expect(await readVideoAnalysis(user, analysis.id)).toMatchObject({
      status: 'FAILED',
      failure: { code: 'DOWNLOAD_FAILED' },
      video: null,
    });
    const { rows } = await sightline.database.pool.query('select from blob where organization_id = $1', [
      organizationId,
    ]);
    expect(rows).toHaveLength(0);
  });
});

describe('an upload of a video', () => {
  test('may be used before its bytes arrive, by several; they share one video', async () => {
    const upload = await createUpload(user, { ...announced, byteSize: bytes.length, sha256: sha256(bytes) });
    const taskId = await createTask(user);
    const one = await analyzeVideo(user, { taskId, source: { uploadId: upload.id } });
    const other = await analyzeVideo(user, { taskId, source: { uploadId: upload.id } });
    expect([one.status, other.status]).toEqual(['AWAITING_UPLOAD', 'AWAITING_UPLOAD']);
    expect(one.video.id).toBe(other.video.id);
    expect((await send(upload, bytes)).status).toBe(201);
    expect(await readVideo(user, one.video.id)).toMatchObject({ status: 'PROBING', sha256: sha256(bytes) });
    expect(await readVideoAnalysis(user, one.id)).toMatchObject({ status: 'QUEUED' });
    expect(await readUpload(user, upload.id)).toMatchObject({ status: 'RECEIVED', image: null });
  });

  test('may be used after its bytes arrived', async () => {
    const upload = await createUpload(user, announced);
    expect((await send(upload, bytes)).status).toBe(201);
    expect(await uploadVideo(user, { uploadId: upload.id })).toMatchObject({ status: 'PROBING', filename: 'pan.mp4' });
  });

  test('may be announced as a related type, but not as another one', async () => {
    const related = await createUpload(user, { ...announced, mimeType: 'video/quicktime' });
    expect((await send(related, bytes)).status).toBe(201);
    const other = await createUpload(user, { ...announced, mimeType: 'video/webm' });
    expect(await send(other, bytes)).toMatchObject({ status: 422, body: { code: 'UNSUPPORTED_MEDIA' } });
  });

  test('fails with what waits for it when its bytes are no video', async () => {
    const upload = await createUpload(user, announced);
    const taskId = await createTask(user);
    const analysis = await analyzeVideo(user, { taskId, source: { uploadId: upload.id } });
    expect((await send(upload, new TextEncoder().encode('text'))).status).toBe(422);
    const failure = { code: 'UNSUPPORTED_MEDIA' };
    expect(await readVideo(user, analysis.video.id)).toMatchObject({ status: 'FAILED', failure });
    expect(await readVideoAnalysis(user, analysis.id)).toMatchObject({ status: 'FAILED', failure });
  });

  test('has the limit of videos, not of images', async () => {
    expect(await createResult(user, [{ ...announced, byteSize: maxVideoBytes }])).toMatchObject({
      __typename: 'CreateUploadsPayload',
    });
    expect(await createResult(user, [{ ...announced, byteSize: maxVideoBytes + 1 }])).toMatchObject({
      __typename: 'MediaError',
      code: 'FILE_TOO_LARGE',
      limit: maxVideoBytes,
    });
  });
});

describe('analyzeVideo', () => {
  let taskId: string;
  beforeEach(async () => {
    taskId = await createTask(user);
  });

  test('says all that is wrong with the input', async () => {
    const source = { videoId: (await uploadVideo(user, await pan())).id };
    const wrong = await analyzeResult(user, {
      ...{ taskId, source, maxProcessingSeconds: -1, location: { latitude: 91, longitude: 0 } },
      sampling: { framesPerSecond: 0, maxFrames: 0 },
      options: { threshold: 2 },
    });
    expect(wrong.issues.map(({ path }: Data) => path.slice(2).join('.')).sort()).toEqual([
      'location.latitude',
      'maxProcessingSeconds',
      'options.threshold',
      'sampling.framesPerSecond',
      'sampling.maxFrames',
    ]);
    const without = await analyzeResult(user, { taskId, source, options: { readText: true } });
    expect(without.issues[0]).toMatchObject({ path: ['videos', '0', 'options', 'readText'] });
    const candidates = await analyzeResult(user, { taskId, source, options: { topCandidates: 3 } });
    expect(candidates.issues).toEqual([
      { path: ['videos', '0', 'options', 'topCandidates'], message: expect.stringMatching(/no effect on videos/) },
    ]);
  });

  test('of what does not exist is NotFoundError, and of what cannot be used a FAILED analysis', async () => {
    const unknown = encodeId('video', newId());
    expect(await analyzeResult(user, { taskId, source: { videoId: unknown } })).toMatchObject({
      __typename: 'NotFoundError',
      id: unknown,
    });
    const failed = await analyzeVideo(user, { taskId, source: { upload: new File(['text'], 'a.mp4') } });
    expect(failed).toMatchObject({ status: 'FAILED', failure: { code: 'UNSUPPORTED_MEDIA' } });
  });

  test('with the same key and file is one analysis', async () => {
    const input = { taskId, source: { upload: await pan() }, externalId: 'twice' };
    const first = await analyzeResult(user, input, 'key-1');
    const again = await analyzeResult(user, { ...input, source: { upload: await pan() } }, 'key-1');
    expect([first.replayed, again.replayed]).toEqual([false, true]);
    expect(again.analysis.id).toBe(first.analysis.id);
    const other = await analyzeResult(user, { ...input, externalId: 'other' }, 'key-1');
    expect(other.__typename).toBe('IdempotencyConflictError');
  });
});
