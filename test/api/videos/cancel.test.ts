import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { inLogOrder } from '../../../src/events/order.ts';
import { decodeId, encodeId, newId } from '../../../src/ids.ts';
import { sumCredits } from '../../../src/organizations/credits.repository.ts';
import { grantCredits } from '../../../src/organizations/credits.service.ts';
import { videoProbed } from '../../../src/videos/arrival.ts';
import { pictureBase64 } from '../../support/pictures.ts';
import { createTask, failures, submitBatch } from '../../support/recognition.ts';
import { startTestSightline, type TestSightline } from '../../support/sightline.ts';
import { createUser, type Data, type User } from '../../support/user.ts';
import { analyzeResult, analyzeVideo, pan, readVideoAnalysis, videoEvents } from './client.ts';

/** Cancels and credits of videos that wait. There is no worker here. */
let sightline: TestSightline;
let user: User;
let organizationId: string;
let taskId: string;
beforeAll(async () => {
  sightline = await startTestSightline();
});
afterAll(() => sightline?.close());
beforeEach(async () => {
  const tenant = await sightline.createTenant({ plan: 'SCALE' });
  organizationId = tenant.organizationId;
  user = createUser({ url: sightline.url, apiKey: tenant.apiKey });
  taskId = await createTask(user);
  await grantCredits(sightline.database.db, organizationId, 2_000);
  return () => user.close();
});

const credits = () => sumCredits(sightline.database.db, organizationId);

async function cancel(target: Data): Promise<Data[]> {
  const query = `mutation ($target: AnalysisTarget!) { cancelAnalyses(target: $target) { results {
    __typename ...Failures ... on Analysis { id status } ... on VideoAnalysis { id status } } } } ${failures}`;
  return (await user.run(query, { target })).cancelAnalyses.results;
}

test('ids of images and videos are cancelled together, in the order asked for', async () => {
  const video = await analyzeVideo(user, { taskId, source: { upload: await pan() } });
  const { ids } = await submitBatch(user, [{ source: { base64: await pictureBase64() } }], { taskId });
  const unknown = encodeId('videoAnalysis', newId());
  expect(await cancel({ ids: [video.id, ids[0], unknown] })).toEqual([
    { __typename: 'VideoAnalysis', id: video.id, status: 'CANCELED' },
    { __typename: 'Analysis', id: ids[0], status: 'CANCELED' },
    expect.objectContaining({ __typename: 'NotFoundError', id: unknown }),
  ]);
  expect((await cancel({ ids: [video.id] }))[0]).toMatchObject({ __typename: 'ConflictError' });
  expect(await user.collect(videoEvents, { filter: { ids: [video.id] } })).toMatchObject([{ status: 'CANCELED' }]);
});

test('those of a task are cancelled with its images', async () => {
  const video = await analyzeVideo(user, { taskId, source: { upload: await pan() } });
  const other = await analyzeVideo(user, { taskId: await createTask(user), source: { upload: await pan() } });
  expect(await cancel({ taskId })).toEqual([{ __typename: 'VideoAnalysis', id: video.id, status: 'CANCELED' }]);
  expect((await readVideoAnalysis(user, other.id)).status).toBe('QUEUED');
});

test('credits for the longest video are taken, those beyond the duration given back, and the rest at a cancel', async () => {
  const { id, video } = await analyzeVideo(user, { taskId, source: { upload: await pan() } });
  // Two frames a second, an hour.
  expect(await credits()).toBe(2_000 - 720);
  const header = { container: 'MP4', codec: 'h264', width: 1280, height: 720, rotation: 0, frameRate: 25 };
  const videoId = decodeId('video', video.id)!;
  await inLogOrder(sightline.database.db, (trx) =>
    videoProbed(trx, organizationId, videoId, { ...header, headerSeconds: 6 }),
  );
  expect(await credits()).toBe(2_000 - 2);
  // Its duration is known now.
  await analyzeVideo(user, { taskId, source: { videoId: video.id }, sampling: { framesPerSecond: 1 } });
  expect(await credits()).toBe(2_000 - 2 - 1);
  await cancel({ ids: [id] });
  expect(await credits()).toBe(2_000 - 1);
});

test('without enough credits nothing is stored', async () => {
  const source = { upload: await pan() };
  const result = await analyzeResult(user, { taskId, source, sampling: { framesPerSecond: 30 } });
  expect(result).toMatchObject({ __typename: 'InsufficientCreditsError', required: 10_800, available: 2_000 });
  expect((await user.run('{ videos { totalCount } }')).videos.totalCount).toBe(0);
});
