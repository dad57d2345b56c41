import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeColourModels } from '../../support/colour-models.ts';
import { pictureBase64 } from '../../support/pictures.ts';
import { awaitEnd, createTask, expectType, failures, type Submitted, submitBatch } from '../../support/recognition.ts';
import { startTestSightline, type TestSightline } from '../../support/sightline.ts';
import { createUser, type Data, type User } from '../../support/user.ts';

/** CLASSIFICATION and FILTER through the public API, with a real engine and a tiny classifier of plain colours. */
let folder: string;
let sightline: TestSightline;
let user: User;
let red: { source: { base64: string } };
let blue: { source: { base64: string } };
beforeAll(async () => {
  folder = await makeColourModels();
  sightline = await startTestSightline({ role: 'start', env: { ENGINES: '1', MODELS_DIR: folder } });
  user = createUser(sightline);
  red = { source: { base64: await pictureBase64({ colour: '#ff0000' }) } };
  blue = { source: { base64: await pictureBase64({ colour: '#0000ff' }) } };
});
afterAll(async () => {
  await user?.close();
  await sightline?.close();
  await rm(folder, { recursive: true, force: true });
});

const analysesQuery = /* GraphQL */ `
  query ($ids: [ID!]!) {
    nodes(ids: $ids) {
      ... on Analysis {
        status failure { code message } labels { name group confidence } accepted confidence detectionCount
        detections { label { name } } shares { facings } pipeline { name version }
      }
    }
  }
`;

async function analysesOf(submitted: Submitted): Promise<Data[]> {
  await awaitEnd(user, submitted);
  return (await user.run(analysesQuery, { ids: submitted.ids })).nodes;
}

const near = (value: number) => expect.closeTo(value, 2);
const namesOf = ({ labels }: Data) => labels.map(({ name }: Data) => name);

test('CLASSIFICATION tells the labels from the threshold on, the likeliest first, as many as topCandidates', async () => {
  const common = { type: 'CLASSIFICATION' };
  const [one, all] = [await createTask(user, common), await createTask(user, { ...common, topCandidates: 20 })];
  const [redOne, blueOne, redAll, ...redOthers] = await analysesOf(
    await submitBatch(user, [
      { ...red, taskId: one },
      { ...blue, taskId: one },
      { ...red, taskId: all },
      { ...red, taskId: all, options: { threshold: 0 } },
      { ...red, taskId: all, options: { threshold: 0.5 } },
      { ...red, taskId: all, options: { topCandidates: 0 } },
    ]),
  );
  expect(redOne).toEqual({
    status: 'SUCCEEDED',
    failure: null,
    labels: [{ name: 'red', group: 'warm', confidence: near(0.88) }],
    accepted: null,
    confidence: null,
    detectionCount: 0,
    detections: [],
    shares: null,
    pipeline: { name: 'colours', version: '1' },
  });
  expect(blueOne.labels).toEqual([{ name: 'blue', group: 'cold', confidence: near(1) }]);
  expect(redAll.labels).toEqual([
    { name: 'red', group: 'warm', confidence: near(0.88) },
    { name: 'orange', group: 'warm', confidence: near(0.12) },
  ]);
  expect(redOthers.map(namesOf)).toEqual([['red', 'orange', 'grey', 'blue'], ['red'], []]);
});

test('FILTER accepts by the groups that its task had when it was submitted, and by the threshold', async () => {
  const type = 'FILTER';
  const warm = await createTask(user, { type, acceptGroups: ['warm'] });
  const both = await createTask(user, { type, acceptGroups: ['cold', 'warm'], threshold: 0.5, topCandidates: 0 });
  const sure = await createTask(user, { type, acceptGroups: ['warm'], threshold: 0.95 });
  const submitted = await submitBatch(user, [
    { ...red, taskId: warm },
    { ...blue, taskId: warm },
    { ...red, taskId: both },
    { ...blue, taskId: both },
    { ...red, taskId: sure },
    { ...red, taskId: sure, options: { threshold: 0.5 } },
  ]);
  await user.run('mutation ($input: UpdateTaskInput!) { updateTask(input: $input) { __typename } }', {
    input: { id: warm, acceptGroups: ['cold'] },
  });
  const found = await analysesOf(submitted);
  // Red is 0.88, and with orange certain enough for 0.95.
  expect(found.map(({ accepted }) => accepted)).toEqual([true, false, true, true, true, true]);
  // Also when it is rejected, and whatever accepts it is listed or not.
  expect(found.map(namesOf)).toEqual([['red'], ['blue'], [], [], ['red'], ['red']]);
  const now = await analysesOf(await submitBatch(user, [red, blue], { taskId: warm }));
  expect(now.map(({ accepted }) => accepted)).toEqual([false, true]);
});

test('an analysis that runs again accepts by what its task says now', async () => {
  const taskId = await createTask(user, { type: 'FILTER', acceptGroups: ['warm'] });
  const first = await submitBatch(user, [red], { taskId });
  expect((await analysesOf(first))[0].accepted).toBe(true);
  await user.run('mutation ($input: UpdateTaskInput!) { updateTask(input: $input) { __typename } }', {
    input: { id: taskId, acceptGroups: ['cold'] },
  });
  const { rerunAnalyses: again } = await user.run(
    /* GraphQL */ `mutation ($input: RerunInput!) {
      rerunAnalyses(input: $input) {
        __typename ...Failures
        ... on SubmitBatchPayload { batch { id eventCursor } items { analysis { id } } }
      }
    } ${failures}`,
    { input: { target: { ids: first.ids } } },
  );
  const { batch, items } = expectType(again, 'SubmitBatchPayload');
  const ids = items.map(({ analysis }: Data) => analysis.id);
  expect((await analysesOf({ batch, analyses: [], ids }))[0].accepted).toBe(false);
});

test('DETECTION goes on beside them, without labels', async () => {
  const [found] = await analysesOf(await submitBatch(user, [red], { taskId: await createTask(user) }));
  expect(found).toMatchObject({
    status: 'SUCCEEDED',
    labels: [],
    accepted: null,
    shares: null,
    pipeline: { name: 'shelf' },
  });
});

describe('a task', () => {
  const fields = '__typename ...Failures ... on Task { type acceptGroups allCatalogItems pipeline { name } }';
  async function create(input: Record<string, unknown>): Promise<Data> {
    const query = `mutation ($input: CreateTaskInput!) { createTask(input: $input) { ${fields} } } ${failures}`;
    return (await user.run(query, { input: { name: 'Task', ...input } })).createTask;
  }
  async function update(input: Record<string, unknown>): Promise<Data> {
    const query = `mutation ($input: UpdateTaskInput!) { updateTask(input: $input) { ${fields} } } ${failures}`;
    return (await user.run(query, { input })).updateTask;
  }

  test('runs the first pipeline that runs its type, and looks for no items', async () => {
    expect(await create({ type: 'FILTER', acceptGroups: ['warm', 'cold', 'warm'] })).toMatchObject({
      acceptGroups: ['warm', 'cold'],
      allCatalogItems: false,
      pipeline: { name: 'colours' },
    });
    expect(await create({ type: 'CLASSIFICATION' })).toMatchObject({ acceptGroups: [], pipeline: { name: 'colours' } });
    expect(await create({})).toMatchObject({ acceptGroups: [], allCatalogItems: true, pipeline: { name: 'shelf' } });
  });

  test.each<[Record<string, unknown>, string, RegExp]>([
    [{ type: 'FILTER' }, 'acceptGroups', /names none\. Name at least one/],
    [{ type: 'FILTER', acceptGroups: [] }, 'acceptGroups', /names none\. Name at least one/],
    [
      { type: 'FILTER', acceptGroups: ['warm', 'hot'] },
      'acceptGroups',
      /No label of colours@1 is in the group "hot"\. Available groups: warm, cold\./,
    ],
    [
      { type: 'CLASSIFICATION', acceptGroups: ['warm'] },
      'acceptGroups',
      /A CLASSIFICATION task does not accept images by groups/,
    ],
    [{ acceptGroups: ['warm'] }, 'acceptGroups', /A DETECTION task does not accept images by groups/],
    [{ type: 'CLASSIFICATION', catalogItemIds: [] }, 'catalogItemIds', /does not look for items/],
    [
      { type: 'CLASSIFICATION', pipeline: 'shelf' },
      'pipeline',
      /The pipeline shelf@\d cannot run CLASSIFICATION tasks/,
    ],
    [{ pipeline: 'colours' }, 'pipeline', /The pipeline colours@1 cannot run DETECTION tasks/],
  ])('of %j is refused', async (input, field, message) => {
    expect(await create(input)).toMatchObject({
      __typename: 'ValidationError',
      issues: [{ path: [field], message: expect.stringMatching(message) }],
    });
  });

  test('that filters keeps at least one known group, and gets no items', async () => {
    const id = await createTask(user, { type: 'FILTER', acceptGroups: ['warm'] });
    expect(await update({ id, acceptGroups: ['cold'] })).toMatchObject({ acceptGroups: ['cold'] });
    expect(await update({ id, name: 'Other', pipeline: null })).toMatchObject({
      acceptGroups: ['cold'],
      pipeline: { name: 'colours' },
    });
    for (const acceptGroups of [null, [], ['hot']])
      expect(await update({ id, acceptGroups })).toMatchObject({ issues: [{ path: ['acceptGroups'] }] });
    expect(await update({ id, removeCatalogItemIds: [id] })).toMatchObject({
      issues: [{ path: ['removeCatalogItemIds'], message: expect.stringContaining('does not look for items') }],
    });
  });
});
