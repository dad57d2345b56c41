import { afterAll, beforeAll, expect, test } from 'vitest';
import { closeIdleVisits } from '../../../src/visits/close-visits.ts';
import { removeEmptyVisits } from '../../../src/visits/visits.repository.ts';
import { createTask } from '../../support/recognition.ts';
import { startTestSightline, type TestSightline } from '../../support/sightline.ts';
import { createUser, type Data, type User } from '../../support/user.ts';
import { analyzeResult, analyzeVideo, pan, uploadVideo, videoEvents } from './client.ts';

/** Videos of visits. There is no worker here, so their analyses wait until they are cancelled. */
let sightline: TestSightline;
let user: User;
let taskId: string;
let source: Data;
beforeAll(async () => {
  sightline = await startTestSightline();
  user = createUser(sightline);
  taskId = await createTask(user);
  source = { videoId: (await uploadVideo(user, await pan())).id };
});
afterAll(async () => {
  await user?.close();
  await sightline?.close();
});

async function readVisit(filter: Data): Promise<Data | undefined> {
  const query = `query ($filter: VisitFilter) { visits(filter: $filter) { nodes {
    id visitId status compliance { score } analyses { totalCount } videoAnalyses { totalCount nodes { id visitId visit { id } } } } } }`;
  return (await user.run(query, { filter })).visits.nodes[0];
}

const cancel = (id: string) =>
  user.run('mutation ($ids: [ID!]!) { cancelAnalyses(target: { ids: $ids }) { results { __typename } } }', {
    ids: [id],
  });

/** As the heartbeat of a worker does, an hour after what was submitted last. */
async function closeIdle(): Promise<void> {
  const { db, pool } = sightline.database;
  await pool.query("update visit set active_at = now() - interval '61 minutes'");
  await closeIdleVisits({ db, hints: { eventsWritten: () => undefined } }, 60);
}

test('a video with a visitId belongs to the visit, and lists and streams can be limited to it', async () => {
  const { id } = await analyzeVideo(user, { taskId, source, placeId: 'shop-1', visitId: 'v-1' });
  const other = await analyzeVideo(user, { taskId, source, visitId: 'v-2' });
  const visit = await readVisit({ placeId: 'shop-1' });
  expect(visit).toMatchObject({ visitId: 'v-1', status: 'OPEN', compliance: [], analyses: { totalCount: 0 } });
  expect(visit!.videoAnalyses).toEqual({ totalCount: 1, nodes: [{ id, visitId: 'v-1', visit: { id: visit!.id } }] });
  const { videoAnalyses } = await user.run('{ videoAnalyses(filter: { visitId: "v-1" }) { nodes { id } } }');
  expect(videoAnalyses.nodes).toEqual([{ id }]);
  for (const one of [id, other.id]) await cancel(one);
  const events = await user.collect(videoEvents, { filter: { ids: [id, other.id], visitId: 'v-1' } });
  expect(events.map(({ videoAnalysisId }: Data) => videoAnalysisId)).toEqual([id]);
  expect(await analyzeResult(user, { taskId, source, visitId: ' ' })).toMatchObject({
    __typename: 'ValidationError',
    issues: [{ path: ['videos', '0', 'visitId'] }],
  });
});

test('a visit stays open until the analyses of its videos have ended, and a late video opens it again', async () => {
  const video = { taskId, source, visitId: 'long' };
  const { id } = await analyzeVideo(user, video);
  await closeIdle();
  const visit = await readVisit({ visitIds: ['long'] });
  expect(visit).toMatchObject({ status: 'OPEN' });
  const close = 'mutation ($id: ID!) { closeVisit(id: $id) { ... on Visit { status } } }';
  expect((await user.run(close, { id: visit!.id })).closeVisit).toEqual({ status: 'CLOSING' });
  await closeIdle();
  expect(await readVisit({ visitIds: ['long'] })).toMatchObject({ status: 'CLOSING' });
  await cancel(id);
  await closeIdle();
  expect(await readVisit({ visitIds: ['long'] })).toMatchObject({ status: 'CLOSED' });
  await analyzeVideo(user, video);
  expect(await readVisit({ visitIds: ['long'] })).toMatchObject({ id: visit!.id, status: 'OPEN' });
});

test('a visit stays as long as analyses of its videos do', async () => {
  const { id } = await analyzeVideo(user, { taskId, source, visitId: 'kept' });
  await cancel(id);
  await closeIdle();
  const { db, pool } = sightline.database;
  await pool.query("update visit set closed_at = now() - interval '2 days' where visit_id = 'kept'");
  await removeEmptyVisits(db);
  expect(await readVisit({ visitIds: ['kept'] })).toMatchObject({ status: 'CLOSED' });
  await pool.query("delete from video_analysis where visit_id = 'kept'");
  await removeEmptyVisits(db);
  expect(await readVisit({ visitIds: ['kept'] })).toBeUndefined();
});
