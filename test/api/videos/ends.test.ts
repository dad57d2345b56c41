import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { grantCredits } from '../../../src/organizations/credits.service.ts';
import { createTask } from '../../support/recognition.ts';
import { startTestSightline, type TestSightline } from '../../support/sightline.ts';
import { createUser, type Data, type User } from '../../support/user.ts';
import { analyzeVideo, pan, readVideoAnalysis, videoEvents } from './client.ts';

/** How running analyses of videos end, and what they cost, with a real decoder and real engines. */
let sightline: TestSightline;
let user: User;
let taskId: string;
beforeAll(async () => {
  sightline = await startTestSightline({ role: 'start' });
});
afterAll(() => sightline?.close());
const granted = 20_000;
beforeEach(async () => {
  const { organizationId, apiKey } = await sightline.createTenant({ plan: 'SCALE' });
  await grantCredits(sightline.database.db, organizationId, granted);
  user = createUser({ url: sightline.url, apiKey });
  taskId = await createTask(user, { pipeline: 'shelf-fast' });
  return () => user.close();
});

/** All of its 150 frames: far more than engines analyse in a second. */
const everyFrame = { framesPerSecond: 25 };

const framesPerCredit = 10;

async function spentCredits(): Promise<number> {
  const query = '{ viewer { organization { usage { creditsAvailable creditsConsumed } } } }';
  const { creditsAvailable, creditsConsumed } = (await user.run(query)).viewer.organization.usage;
  expect(creditsAvailable).toBe(granted - creditsConsumed);
  return creditsConsumed;
}

async function countStoredFrames(id: string): Promise<number> {
  const query = 'query ($id: ID!) { node(id: $id) { ... on VideoAnalysis { intervals { nodes { frames } } } } }';
  const { intervals } = (await user.run(query, { id })).node;
  return intervals.nodes.reduce((sum: number, { frames }: Data) => sum + frames, 0);
}

test('credits for frames that the video turned out not to have are given back when it has succeeded', async () => {
  // It has few key frames, and could have one each 1/25 s.
  const sampling = { ...everyFrame, keyFramesOnly: true };
  const { id } = await analyzeVideo(user, { taskId, source: { upload: await pan() }, sampling });
  await user.collect(videoEvents, { filter: { ids: [id], statusOnly: true } });
  const { status, sampledFrames } = await readVideoAnalysis(user, id);
  expect(status).toBe('SUCCEEDED');
  expect(sampledFrames).toBeGreaterThan(0);
  expect(sampledFrames).toBeLessThan(100);
  expect(await spentCredits()).toBe(Math.ceil(sampledFrames / framesPerCredit));
});

test('a running analysis that is cancelled keeps and costs what was analysed, and the worker goes on with others', async () => {
  const sampling = { framesPerSecond: 8 };
  const { id, video } = await analyzeVideo(user, { taskId, source: { upload: await pan() }, sampling });
  const events: Data[] = [];
  for await (const event of user.stream(videoEvents, { filter: { ids: [id] } })) {
    events.push(event);
    if (event.__typename !== 'VideoSecondAnalyzed' || event.second > 0) continue;
    await user.run('mutation ($ids: [ID!]!) { cancelAnalyses(target: { ids: $ids }) { results { __typename } } }', {
      ids: [id],
    });
  }
  expect(events.at(-1)).toMatchObject({ previousStatus: 'RUNNING', status: 'CANCELED' });
  const canceled = await readVideoAnalysis(user, id);
  expect(canceled).toMatchObject({ status: 'CANCELED', failure: null });
  expect(canceled.sampledFrames).toBeGreaterThanOrEqual(8);
  expect(canceled.sampledFrames).toBeLessThan(48);
  expect(await countStoredFrames(id)).toBe(canceled.sampledFrames);
  const spent = Math.ceil(canceled.sampledFrames / framesPerCredit);
  expect(await spentCredits()).toBe(spent);

  const next = await analyzeVideo(user, { taskId, source: { videoId: video.id }, sampling: { maxFrames: 1 } });
  await user.collect(videoEvents, { filter: { ids: [next.id], statusOnly: true } });
  expect(await readVideoAnalysis(user, next.id)).toMatchObject({ status: 'SUCCEEDED', sampledFrames: 1 });
  expect(await readVideoAnalysis(user, id)).toEqual(canceled);
  expect(await spentCredits()).toBe(spent + 1);
});

test('an analysis that exceeds maxProcessingSeconds is FAILED, and keeps and costs what was analysed', async () => {
  const { id } = await analyzeVideo(user, {
    ...{ taskId, source: { upload: await pan() }, sampling: everyFrame },
    maxProcessingSeconds: 1,
  });
  const events = await user.collect(videoEvents, { filter: { ids: [id], statusOnly: true } });
  expect(events.at(-1)).toMatchObject({ previousStatus: 'RUNNING', status: 'FAILED' });
  const failed = await readVideoAnalysis(user, id);
  expect(failed.failure).toMatchObject({ code: 'PROCESSING_TIME_EXCEEDED' });
  expect(failed.sampledFrames).toBeLessThan(150);
  expect(await countStoredFrames(id)).toBe(failed.sampledFrames);
  expect(await spentCredits()).toBe(Math.ceil(failed.sampledFrames / framesPerCredit));
});
