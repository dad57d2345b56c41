import { afterAll, beforeAll, expect, test } from 'vitest';
import { encodeId, newId } from '../../../src/ids.ts';
import { picture } from '../../support/pictures.ts';
import { createTask, type Submitted, submitBatch } from '../../support/recognition.ts';
import { startTestSightline, type TestSightline } from '../../support/sightline.ts';
import { createUser, type Data, type User } from '../../support/user.ts';

/** `analysisEventLog` against `analysisEvents`. The server has no engines, so the test alone moves analyses. */
let server: TestSightline;
let user: User;
let submitted: Submitted;
beforeAll(async () => {
  server = await startTestSightline();
  user = createUser(server);
  const file = new Blob([await picture()]);
  submitted = await submitBatch(user, [{ file }, { file }, { file }], { taskId: await createTask(user) });
});
afterAll(async () => {
  await user?.close();
  await server?.close();
});

const events = `events {
  __typename ... on StreamEvent { cursor } ... on AnalysisStatusChanged { analysisId status previousStatus at analysis { id status } }
}`;
const logQuery = `query ($filter: AnalysisEventFilter!, $after: String, $first: Int) {
  analysisEventLog(filter: $filter, after: $after, first: $first) { ${events} cursor hasMore isComplete } }`;

const read = async (variables: { filter: object; after?: string; first?: number }): Promise<Data> =>
  (await user.run(logQuery, variables)).analysisEventLog;

test('pages hold what a subscription delivers, and tell when it would complete', async () => {
  const { batch, ids } = submitted;
  const filter = { batchId: batch.id };
  const open = await read({ filter, after: batch.eventCursor });
  expect(open).toMatchObject({ hasMore: false, isComplete: false });
  expect(open.events.map((event: Data) => event.status)).toEqual(['QUEUED', 'QUEUED', 'QUEUED']);
  await user.run('mutation ($ids: [ID!]!) { cancelAnalyses(target: { ids: $ids }) { results { __typename } } }', {
    ids,
  });
  const streamed = await user.collect(
    `subscription ($filter: AnalysisEventFilter!, $after: String) {
      analysisEvents(filter: $filter, after: $after) ${events.slice('events '.length)} }`,
    { filter, after: batch.eventCursor },
  );
  const pages: Data[] = [];
  for (let after: string = batch.eventCursor; pages.at(-1)?.hasMore ?? true; after = pages.at(-1).cursor)
    pages.push(await read({ filter, after, first: 4 }));
  expect(pages.flatMap((page) => page.events)).toEqual(streamed);
  expect(pages.map(({ isComplete }) => isComplete).at(-1)).toBe(true);
  const canceled = await read({ filter: { ...filter, status: ['CANCELED'] }, after: batch.eventCursor });
  expect(canceled.events.map((event: Data) => event.status)).toEqual(['CANCELED', 'CANCELED', 'CANCELED']);
});

test('without a cursor it begins with the present state of what is named, else with nothing but the cursor', async () => {
  const { ids } = submitted;
  const named = await read({ filter: { ids } });
  expect(named.events).toMatchObject(ids.toSorted().map((analysisId) => ({ analysisId, previousStatus: null })));
  expect(await read({ filter: {} })).toEqual({
    events: [],
    cursor: expect.any(String),
    hasMore: false,
    isComplete: false,
  });
});

test('what a subscription would refuse is refused', async () => {
  const fail = (variables: object) => user.fail(logQuery, { filter: {}, ...variables });
  expect(await fail({ filter: { batchId: encodeId('batch', newId()) } })).toMatchObject({ code: 'NOT_FOUND' });
  expect(await fail({ after: 'nonsense' })).toMatchObject({
    code: 'BAD_USER_INPUT',
    message: expect.stringContaining('not a cursor'),
  });
  expect(await fail({ first: 101 })).toMatchObject({ message: expect.stringContaining('1 to 100') });
});
