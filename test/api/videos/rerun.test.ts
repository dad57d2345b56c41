import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { AnalysisStatus } from '../../../src/analyses/life.ts';
import { inLogOrder } from '../../../src/events/order.ts';
import { decodeId, encodeId, newId } from '../../../src/ids.ts';
import { sumCredits } from '../../../src/organizations/credits.repository.ts';
import { grantCredits } from '../../../src/organizations/credits.service.ts';
import type { FailureCode } from '../../../src/shared/failure.ts';
import { moveVideoAnalyses } from '../../../src/video-analyses/life.repository.ts';
import { videoFailed, videoProbed } from '../../../src/videos/arrival.ts';
import { pictureBase64 } from '../../support/pictures.ts';
import { createTask, expectType, failures, submitBatch } from '../../support/recognition.ts';
import { startTestSightline, type TestSightline } from '../../support/sightline.ts';
import { createUser, type Data, type User } from '../../support/user.ts';
import { analysisFields, analyzeVideo, pan, readVideoAnalysis, videoEvents } from './client.ts';

/** Reruns of video analyses. There is no worker here: their ends are brought about by the test, and what runs again stays QUEUED. */
let sightline: TestSightline;
let user: User;
let organizationId: string;
let taskId: string;
beforeAll(async () => {
  sightline = await startTestSightline();
});
afterAll(() => sightline?.close());
const granted = 5_000;
beforeEach(async () => {
  const tenant = await sightline.createTenant({ plan: 'SCALE' });
  organizationId = tenant.organizationId;
  user = createUser({ url: sightline.url, apiKey: tenant.apiKey });
  taskId = await createTask(user);
  await grantCredits(sightline.database.db, organizationId, granted);
  return () => user.close();
});

const credits = () => sumCredits(sightline.database.db, organizationId);

const rerunMutation = /* GraphQL */ `
  mutation ($input: RerunInput!) {
    rerunAnalyses(input: $input) {
      __typename ...Failures
      ... on InsufficientCreditsError { required available }
      ... on SubmitBatchPayload {
        replayed batch { total status progress creditsConsumed } items { analysis { rerunOf { id } } }
        videoAnalyses { ${analysisFields} priority visitId location { latitude longitude } options rerunOf { id status } }
      }
    }
  }
  ${failures}
`;

async function rerun(input: Data): Promise<Data> {
  return (await user.run(rerunMutation, { input })).rerunAnalyses;
}

/** The new analyses of a request that reran nothing but videos. */
async function rerunVideos(input: Data): Promise<Data[]> {
  const { batch, items, videoAnalyses } = expectType(await rerun(input), 'SubmitBatchPayload');
  expect(batch).toEqual({ total: 0, status: 'COMPLETED', progress: 1, creditsConsumed: 0 });
  expect(items).toEqual([]);
  return videoAnalyses;
}

/** Brings one to its end, as a worker does. */
async function end(id: string, to: AnalysisStatus, code: FailureCode = 'ENGINE_CRASHED'): Promise<void> {
  const uuid = decodeId('videoAnalysis', id)!;
  const failure = { code, message: 'It ended.', retryable: true };
  await inLogOrder(sightline.database.db, async (trx) => {
    await moveVideoAnalyses(trx, [{ id: uuid, to: 'RUNNING' }]);
    return moveVideoAnalyses(trx, [{ id: uuid, to, ...(to === 'FAILED' && { failure }) }]);
  });
}

/** The header of its video was read: it lasts six seconds. */
async function probe(video: Data): Promise<void> {
  const header = { container: 'MP4', codec: 'h264', width: 1280, height: 720, rotation: 0, frameRate: 25 };
  await inLogOrder(sightline.database.db, (trx) =>
    videoProbed(trx, organizationId, decodeId('video', video.id)!, { ...header, headerSeconds: 6 }),
  );
}

test('a video is analysed again beside the old analysis, with all that was said of it', async () => {
  const submitted = {
    sampling: { framesPerSecond: 0.5, maxFrames: 7, keyFramesOnly: true },
    ...{ externalId: 'x', placeId: 'aisle', visitId: 'monday', metadata: { round: 7 } },
    location: { latitude: 1, longitude: -2 },
    options: { threshold: 0.7 },
    maxProcessingSeconds: 9,
  };
  const first = await analyzeVideo(user, { taskId, source: { upload: await pan() }, ...submitted });
  await end(first.id, 'SUCCEEDED');
  const [again] = await rerunVideos({ target: { ids: [first.id] }, priority: 'BULK' });
  const { maxProcessingSeconds, ...told } = submitted;
  expect(again).toMatchObject({
    ...told,
    ...{ status: 'QUEUED', priority: 'BULK', video: { id: first.video.id }, progress: null },
    rerunOf: { id: first.id, status: 'SUCCEEDED' },
  });
  const { rows } = await sightline.database.pool.query(
    'select max_processing_seconds from video_analysis where id = $1',
    [decodeId('videoAnalysis', again.id)],
  );
  expect(rows).toEqual([{ max_processing_seconds: maxProcessingSeconds }]);
  expect((await readVideoAnalysis(user, first.id)).status).toBe('SUCCEEDED');
  const { value } = await user.stream(videoEvents, { filter: { ids: [again.id] } }).next();
  expect(value).toMatchObject({ videoAnalysisId: again.id, status: 'QUEUED', previousStatus: null });
});

test('images and videos are rerun together by their ids, and by their task', async () => {
  const video = await analyzeVideo(user, { taskId, source: { upload: await pan() } });
  const { ids } = await submitBatch(user, [{ source: { base64: await pictureBase64() } }], { taskId });
  for (const input of [{ target: { ids: [video.id, ids[0]] } }, { target: { taskId }, scope: 'ALL' }]) {
    const { batch, items, videoAnalyses } = expectType(await rerun(input), 'SubmitBatchPayload');
    expect(batch.total).toBe(items.length);
    expect(items[0].analysis.rerunOf.id).toBe(ids[0]);
    expect(videoAnalyses[0].rerunOf.id).toBe(video.id);
  }
});

test('scope FAILED reruns those of a task that may succeed now', async () => {
  const statuses = [
    ['FAILED', 'ENGINE_CRASHED'],
    ['FAILED', 'INVALID_VIDEO'],
    ['SUCCEEDED', undefined],
    ['CANCELED', undefined],
  ] as const;
  const videos: Data[] = [];
  for (const [status, code] of statuses) {
    const source = videos.length === 0 ? { upload: await pan() } : { videoId: videos[0].video.id };
    const video = await analyzeVideo(user, { taskId, source, sampling: { maxFrames: 1 } });
    await end(video.id, status, code);
    videos.push(video);
  }
  const ofTask = await rerunVideos({ target: { taskId } });
  expect(ofTask.map(({ rerunOf }) => rerunOf.id)).toEqual([videos[0].id]);
  // By ids, all are.
  const ids = videos.map(({ id }) => id).reverse();
  const named = await rerunVideos({ target: { ids } });
  expect(named.map(({ rerunOf }) => rerunOf.id)).toEqual(ids);
});

test('a rerun costs as much as the video may, and either all are paid for or none', async () => {
  const { id, video } = await analyzeVideo(user, { taskId, source: { upload: await pan() } });
  await end(id, 'FAILED');
  // An hour of two frames a second was charged and given back, because no frame was sampled.
  expect(await credits()).toBe(granted);
  await rerunVideos({ target: { ids: [id] } });
  expect(await credits()).toBe(granted - 720);
  await probe(video);
  expect(await credits()).toBe(granted - 2);
  await rerunVideos({ target: { ids: [id] } });
  expect(await credits()).toBe(granted - 4);
  const { ids } = await submitBatch(user, [{ source: { base64: await pictureBase64() } }], { taskId });
  await grantCredits(sightline.database.db, organizationId, 2 - (await credits()));
  // Two for the video, one for the image.
  expect(await rerun({ target: { ids: [id, ids[0]] } })).toMatchObject({
    ...{ __typename: 'InsufficientCreditsError', required: 3, available: 2 },
  });
  expect(await credits()).toBe(2);
});

test('a video that cannot be used fails again at once and costs nothing', async () => {
  const first = await analyzeVideo(user, { taskId, source: { upload: await pan() } });
  const failure = { code: 'INVALID_VIDEO', message: 'It is no video.', retryable: false } as const;
  await inLogOrder(sightline.database.db, (trx) =>
    videoFailed(trx, organizationId, decodeId('video', first.video.id)!, failure),
  );
  const [again] = await rerunVideos({ target: { ids: [first.id] } });
  expect(again).toMatchObject({ status: 'FAILED', failure: { code: 'INVALID_VIDEO' } });
  const other = await analyzeVideo(user, { taskId, source: { videoId: first.video.id } });
  expect(other).toMatchObject({ status: 'FAILED', failure: { code: 'INVALID_VIDEO' } });
  expect(await credits()).toBe(granted);
});

test('what cannot run again is refused by its place among the ids, and passed over in a task', async () => {
  const [kept, gone] = [
    await analyzeVideo(user, { taskId, source: { upload: await pan() } }),
    await analyzeVideo(user, { taskId, source: { upload: await pan() } }),
  ];
  await user.run('mutation ($ids: [ID!]!) { deleteVideos(ids: $ids) { results { __typename } } }', {
    ids: [gone.video.id],
  });
  expect(await rerun({ target: { ids: [kept.id, gone.id] } })).toMatchObject({
    __typename: 'ValidationError',
    issues: [{ path: ['target', 'ids', '1'], message: 'Its video has been deleted.' }],
  });
  const ofTask = await rerunVideos({ target: { taskId }, scope: 'ALL' });
  expect(ofTask.map(({ rerunOf }) => rerunOf.id)).toEqual([kept.id]);
  const { apiKey } = await sightline.createTenant();
  const stranger = createUser({ url: sightline.url, apiKey });
  expect((await stranger.run(rerunMutation, { input: { target: { ids: [kept.id] } } })).rerunAnalyses).toMatchObject({
    ...{ __typename: 'NotFoundError', id: kept.id },
  });
  await stranger.close();
  const unknown = encodeId('videoAnalysis', newId());
  expect(await rerun({ target: { ids: [kept.id, unknown] } })).toMatchObject({
    ...{ __typename: 'NotFoundError', id: unknown },
  });
});

test('a repeat under the same key answers what was answered first', async () => {
  const { id } = await analyzeVideo(user, { taskId, source: { upload: await pan() } });
  const input = { target: { ids: [id] }, idempotencyKey: 'again' };
  const [first, second] = [await rerun(input), await rerun(input)];
  expect([first.replayed, second.replayed]).toEqual([false, true]);
  expect(second.videoAnalyses[0].id).toBe(first.videoAnalyses[0].id);
});
