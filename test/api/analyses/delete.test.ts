import { afterAll, beforeAll, expect, test } from 'vitest';
import { encodeId, newId } from '../../../src/ids.ts';
import { pictureBase64 } from '../../support/pictures.ts';
import { createTask, failures, submitBatch } from '../../support/recognition.ts';
import { startTestSightline, type TestSightline } from '../../support/sightline.ts';
import { createUser, type Data, type User } from '../../support/user.ts';

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
