import { afterAll, beforeAll, expect, test } from 'vitest';
import { encodeId, newId } from '../../../src/ids.ts';
import { pictureBase64 } from '../../support/pictures.ts';
import { createTask, failures, submitBatch } from '../../support/recognition.ts';
import { startTestSightline, type TestSightline } from '../../support/sightline.ts';
import { createUser, type Data, type User } from '../../support/user.ts';
import { analyzeVideo, pan, readVideo, readVideoAnalysis } from '../videos/client.ts';

let sightline: TestSightline;
let user: User;
beforeAll(async () => {
  sightline = await startTestSightline();
  user = createUser(sightline);
});
afterAll(async () => {
  await user?.close();
  await sightline?.close();
});

const deleteMutation = `
  mutation ($ids: [ID!]!) { deleteAnalyses(ids: $ids) { results { __typename ...Failures ... on DeletedAnalysis { id } } } }
  ${failures}`;

test('what has ended is deleted with its result, what has not is a conflict, and the rest is not there', async () => {
  const taskId = await createTask(user);
  const source = { base64: await pictureBase64() };
  const submitted = await submitBatch(user, [{ source }, { source: { base64: 'AAAA' } }], { taskId });
  const [waiting, failed] = submitted.ids as [string, string];
  const unknown = encodeId('analysis', newId());
  const { deleteAnalyses } = await user.run(deleteMutation, { ids: [failed, waiting, unknown, 'x'] });
  expect(deleteAnalyses.results).toMatchObject([
    { __typename: 'DeletedAnalysis', id: failed },
    { __typename: 'ConflictError', message: expect.stringContaining('QUEUED') },
    { __typename: 'NotFoundError', id: unknown },
    { __typename: 'NotFoundError', id: 'x' },
  ]);
  const { node, batch } = await user.run(
    `query ($id: ID!, $batch: ID!) { node(id: $id) { id }
      batch: node(id: $batch) { ... on Batch { total failed analyses { edges { node { id } } } } } }`,
    { id: failed, batch: submitted.batch.id },
  );
  expect(node).toBeNull();
  expect(batch).toMatchObject({ total: 2, failed: 1 });
  expect(batch.analyses.edges.map((edge: Data) => edge.node.id)).toEqual([waiting]);
});

test('analyses of videos are deleted with those of images, in the order asked for; their videos stay', async () => {
  const taskId = await createTask(user);
  const file = new File(['text'], 'a.mp4');
  const ended = await analyzeVideo(user, { taskId, source: { upload: file } });
  const waiting = await analyzeVideo(user, { taskId, source: { upload: await pan() } });
  const { ids } = await submitBatch(user, [{ source: { base64: 'AAAA' } }], { taskId });
  const unknown = encodeId('videoAnalysis', newId());
  const { deleteAnalyses } = await user.run(deleteMutation, { ids: [ended.id, ids[0], waiting.id, unknown] });
  expect(deleteAnalyses.results).toMatchObject([
    { __typename: 'DeletedAnalysis', id: ended.id },
    { __typename: 'DeletedAnalysis', id: ids[0] },
    { __typename: 'ConflictError', message: expect.stringContaining('QUEUED') },
    { __typename: 'NotFoundError', id: unknown },
  ]);
  expect(await readVideoAnalysis(user, ended.id)).toBeNull();
  expect(await readVideo(user, ended.video.id)).toMatchObject({ id: ended.video.id, status: 'FAILED' });
  expect(await readVideoAnalysis(user, waiting.id)).toMatchObject({ status: 'QUEUED' });
});
