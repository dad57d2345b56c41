import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { foldSome } from '../../../src/analyses/statistics/fold.repository.ts';
import { inLogOrder } from '../../../src/events/order.ts';
import { decodeId } from '../../../src/ids.ts';
import { moveVideoAnalyses } from '../../../src/video-analyses/life.repository.ts';
import { pictureBase64 } from '../../support/pictures.ts';
import { createItem, createTask, submitBatch } from '../../support/recognition.ts';
import { startTestSightline, type TestSightline } from '../../support/sightline.ts';
import { createUser, type Data, type User } from '../../support/user.ts';
import { analyzeVideo, pan } from '../videos/client.ts';
import { readStats, readTotal } from './client.ts';

/** Counts of video analyses. There is no worker here: their ends are brought about by the test. */
let sightline: TestSightline;
let user: User;
let organizationId: string;
let taskId: string;
let video: Data;
beforeAll(async () => {
  sightline = await startTestSightline();
});
afterAll(() => sightline?.close());
beforeEach(async () => {
  const tenant = await sightline.createTenant();
  organizationId = tenant.organizationId;
  user = createUser({ url: sightline.url, apiKey: tenant.apiKey });
  taskId = await createTask(user);
  video = (await analyze({ source: { upload: await pan() } })).video;
  return () => user.close();
});

function analyze(input: Data = {}): Promise<Data> {
  return analyzeVideo(user, { taskId, source: { videoId: video?.id }, ...input });
}

/** Brings one to its end, as a worker does. */
async function end(id: string, to: 'SUCCEEDED' | 'FAILED' | 'CANCELED'): Promise<void> {
  const uuid = decodeId('videoAnalysis', id)!;
  const failure = { code: 'ENGINE_CRASHED', message: 'It ended.', retryable: true } as const;
  await inLogOrder(sightline.database.db, async (trx) => {
    await moveVideoAnalyses(trx, [{ id: uuid, to: 'RUNNING' }]);
    return moveVideoAnalyses(trx, [{ id: uuid, to, ...(to === 'FAILED' && { failure }) }]);
  });
}

async function addTrack(id: string, track: number, sightings: number, itemId: string | null): Promise<void> {
  await sightline.database.pool.query(
    `insert into video_track (organization_id, video_analysis_id, track, catalog_item_id, confidence, first_seconds,
       last_seconds, sightings, best, path, is_ended) values ($1, $2, $3, $4, 1, 0, 1, $5, '{}', '[]', true)`,
    [organizationId, decodeId('videoAnalysis', id), track, itemId, sightings],
  );
}

const fold = () => sightline.database.db.transaction().execute((trx) => foldSome(trx, 'VIDEO'));
const filter = { mediaType: 'VIDEO' };

test('videos are counted by how they ended, and beside images', async () => {
  await submitBatch(user, [{ source: { base64: await pictureBase64() } }], { taskId });
  await end((await analyze()).id, 'SUCCEEDED');
  await end((await analyze()).id, 'FAILED');
  await end((await analyze()).id, 'CANCELED');
  const expected = {
    ...{ total: 4, open: 1, succeeded: 1, failed: 1, canceled: 1, expired: 0 },
    failures: [{ code: 'ENGINE_CRASHED', count: 1 }],
  };
  expect(await readTotal(user, { filter })).toMatchObject(expected);
  expect(await fold()).toBeGreaterThan(0);
  expect(await readTotal(user, { filter })).toMatchObject(expected);
  // Images are what is counted unless videos are asked for.
  expect(await readTotal(user)).toMatchObject({ total: 1, open: 1, failures: [] });
});

test('a track that two frames show is a facing, of its item or of none', async () => {
  const item = await createItem(user, { name: 'Tea', thumbnail: { base64: await pictureBase64() } });
  const { id } = await analyze({ placeId: 'aisle' });
  const itemId = decodeId('catalogItem', item.id)!;
  for (const [track, sightings, of] of [
    [1, 2, itemId],
    [2, 40, itemId],
    [3, 1, itemId],
    [4, 3, null],
  ] as const)
    await addTrack(id, track, sightings, of);
  await end(id, 'SUCCEEDED');
  const { groups } = await readStats(user, { filter, groupBy: 'ITEM' });
  expect(groups.map(({ catalogItem, total }: Data) => [catalogItem?.id ?? null, total.total, total.facings])).toEqual(
    expect.arrayContaining([
      [item.id, 1, 2],
      [null, 1, 1],
    ]),
  );
  const [ofPlace] = (await readStats(user, { filter: { ...filter, placeId: 'aisle' }, groupBy: 'PLACE' })).groups;
  expect([ofPlace.placeId, ofPlace.total.facings]).toEqual(['aisle', 3]);
});

test('of a video that was rerun the latest run counts, and what is deleted counts no longer', async () => {
  const { id } = await analyze();
  await addTrack(id, 1, 2, null);
  await end(id, 'SUCCEEDED');
  const rerun = async (of: string): Promise<string> => {
    const text = `mutation ($input: RerunInput!) { rerunAnalyses(input: $input) {
      ... on SubmitBatchPayload { videoAnalyses { id } } } }`;
    return (await user.run(text, { input: { target: { ids: [of] } } })).rerunAnalyses.videoAnalyses[0].id;
  };
  const second = await rerun(id);
  expect(await readTotal(user, { filter })).toMatchObject({ total: 2, open: 2, succeeded: 0, facings: 0 });
  // Also of the original, whose first rerun was the latest run until then.
  const third = await rerun(id);
  await end(second, 'SUCCEEDED');
  await end(third, 'FAILED');
  expect(await readTotal(user, { filter })).toMatchObject({ total: 2, open: 1, succeeded: 0, failed: 1 });
  await fold();
  await user.run('mutation ($ids: [ID!]!) { deleteAnalyses(ids: $ids) { results { __typename } } }', {
    ids: [id, third],
  });
  expect(await readTotal(user, { filter })).toMatchObject({ total: 1, open: 1, failed: 0, failures: [] });
});
