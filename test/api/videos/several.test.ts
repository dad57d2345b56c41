import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTask, expectType, failures } from '../../support/recognition.ts';
import { startTestSightline, type TestSightline } from '../../support/sightline.ts';
import { createUser, type Data, type User } from '../../support/user.ts';
import { pan, readVideo } from './client.ts';

/** Several videos in one request. There is no worker here. */
let sightline: TestSightline;
let user: User;
let taskId: string;
beforeAll(async () => {
  sightline = await startTestSightline();
  user = createUser(sightline);
  taskId = await createTask(user);
});
afterAll(async () => {
  await user?.close();
  await sightline?.close();
});

const mutation = `mutation ($videos: [AnalyzeVideoInput!]!, $key: String) {
  analyzeVideos(videos: $videos, idempotencyKey: $key) { __typename ...Failures
    ... on BatchTooLargeError { maxBatchSize }
    ... on AnalyzeVideosPayload { replayed analyses { id status externalId failure { code } video { id } } } } } ${failures}`;

async function analyze(files: readonly File[], key: string | null = null): Promise<Data> {
  const videos = files.map((_, index) => ({ taskId, source: { upload: null }, externalId: `v-${index}` }));
  const uploads = Object.fromEntries(files.map((file, index) => [`videos.${index}.source.upload`, file]));
  return (await user.run(mutation, { videos, key }, uploads)).analyzeVideos;
}

test('videos of one request are analysed in its order, and one that cannot be used fails alone', async () => {
  const files = [await pan(), new File(['no video'], 'a.mp4'), await pan()];
  const { analyses, replayed } = expectType(await analyze(files, 'three'), 'AnalyzeVideosPayload');
  expect(replayed).toBe(false);
  expect(analyses.map(({ externalId, status }: Data) => [externalId, status])).toEqual([
    ['v-0', 'QUEUED'],
    ['v-1', 'FAILED'],
    ['v-2', 'QUEUED'],
  ]);
  expect(analyses[1].failure).toEqual({ code: 'UNSUPPORTED_MEDIA' });
  expect(await readVideo(user, analyses[2].video.id)).toMatchObject({ status: 'PROBING', filename: 'aisle-pan.mp4' });
  expect(await analyze(files, 'three')).toMatchObject({ replayed: true, analyses });
});

test('more than the plan allows at once, and none, are refused, and nothing is stored', async () => {
  const count = async () => (await user.run('{ videoAnalyses { totalCount } }')).videoAnalyses.totalCount;
  const before = await count();
  expect(await analyze([])).toMatchObject({ __typename: 'ValidationError', issues: [{ path: ['videos'] }] });
  const { pool } = sightline.database;
  await pool.query('update plan set max_batch_size = 1');
  expect(await analyze([await pan(), await pan()])).toMatchObject({
    __typename: 'BatchTooLargeError',
    maxBatchSize: 1,
  });
  expect(await count()).toBe(before);
});
