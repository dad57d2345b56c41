import { join } from 'node:path';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { decodeId } from '../../../src/ids.ts';
import { cleanRetention } from '../../../src/retention/clean.ts';
import { openDirectoryStore } from '../../../src/storage/directory-store.ts';
import { createTask } from '../../support/recognition.ts';
import { startTestSightline, type TestSightline } from '../../support/sightline.ts';
import { createUser, type User } from '../../support/user.ts';
import { analyzeVideo, pan, readVideo, readVideoAnalysis, uploadVideo } from './client.ts';

/** Retention of videos. There is no worker here, so an analysis waits until it is cancelled. */
let sightline: TestSightline;
let user: User;
let organizationId: string;
beforeAll(async () => {
  sightline = await startTestSightline();
  const tenant = await sightline.createTenant({ scopes: ['ADMIN'] });
  organizationId = tenant.organizationId;
  user = createUser({ url: sightline.url, apiKey: tenant.apiKey });
});
afterAll(async () => {
  await user?.close();
  await sightline?.close();
});

async function setRetention(input: { imageDays?: number; analysisDays?: number }): Promise<void> {
  await user.run('mutation ($input: RetentionInput!) { updateRetention(input: $input) { __typename } }', { input });
}

async function clean() {
  const blobs = await openDirectoryStore(join(sightline.dataDir, 'blobs'));
  const resources = { db: sightline.database.db, blobs, logger: pino({ enabled: false }) };
  return cleanRetention(resources, new AbortController().signal);
}

async function age(kind: 'video' | 'video_analysis', id: string, days: number): Promise<void> {
  const text = `update ${kind} set created_at = now() - $2 * interval '1 day' where id = $1`;
  await sightline.database.pool.query(text, [decodeId(kind === 'video' ? 'video' : 'videoAnalysis', id), days]);
}

test('videos go after imageDays when no analysis waits for them, and video analyses after analysisDays', async () => {
  const taskId = await createTask(user);
  const analysis = await analyzeVideo(user, { taskId, source: { upload: await pan() } });
  const videoId = analysis.video.id;
  const recent = await uploadVideo(user, await pan());
  await age('video', videoId, 11);
  await age('video', recent.id, 9);
  await age('video_analysis', analysis.id, 11);
  const { url } = await readVideo(user, videoId);
  await setRetention({ imageDays: 10, analysisDays: 10 });
  expect(await clean()).toMatchObject({ videos: 0, videoAnalyses: 0 });

  const cancel = 'mutation ($ids: [ID!]!) { cancelAnalyses(target: { ids: $ids }) { __typename } }';
  await user.run(cancel, { ids: [analysis.id] });
  await setRetention({ analysisDays: 12 });
  expect(await clean()).toMatchObject({ videos: 1, videoAnalyses: 0 });
  expect(await readVideo(user, videoId)).toBeNull();
  expect((await fetch(url)).status).toBe(404);
  expect(await readVideoAnalysis(user, analysis.id)).toMatchObject({ status: 'CANCELED', video: null });
  // Its bytes are those of the other one, which is recent.
  expect((await fetch((await readVideo(user, recent.id)).url)).status).toBe(200);

  await setRetention({ analysisDays: 10 });
  expect(await clean()).toMatchObject({ videos: 0, videoAnalyses: 1 });
  expect(await readVideoAnalysis(user, analysis.id)).toBeNull();
  await age('video', recent.id, 11);
  expect(await clean()).toMatchObject({ videos: 1 });
  const blobs = await sightline.database.pool.query('select from blob where organization_id = $1', [organizationId]);
  expect(blobs.rows).toHaveLength(0);
});
