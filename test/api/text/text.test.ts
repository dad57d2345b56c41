import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { decodeId } from '../../../src/ids.ts';
import { awaitEnd, createTask, expectType, failures, submitBatch, trySubmit } from '../../support/recognition.ts';
import { startTestSightline, type TestSightline } from '../../support/sightline.ts';
import { createUser, type Data, type User } from '../../support/user.ts';

/** Text read from pictures, through the public API with a real engine and the real models. */
const label = new URL('../../fixtures/text/label.png', import.meta.url);

let sightline: TestSightline;
let user: User;
let reading: string;
let plain: string;
let submitted: Awaited<ReturnType<typeof submitBatch>>;
let [asked, overridden, unasked, forbidden]: Data[] = [];

beforeAll(async () => {
  sightline = await startTestSightline({ role: 'start', env: { ENGINES: '1' } });
  user = createUser(sightline);
  const common = { pipeline: 'shelf-fast' };
  reading = await createTask(user, { ...common, readText: true });
  plain = await createTask(user, common);
  const file = new Blob([await readFile(label)]);
  submitted = await submitBatch(user, [
    { file, taskId: reading },
    { file, taskId: plain, options: { readText: true } },
    { file, taskId: plain },
    { file, taskId: reading, options: { readText: false } },
  ]);
  await awaitEnd(user, submitted);
  const { nodes } = await user.run(readAnalyses, { ids: submitted.ids });
  [asked, overridden, unasked, forbidden] = nodes;
});
afterAll(async () => {
  await user?.close();
  await sightline?.close();
});

const readAnalyses = /* GraphQL */ `
  query ($ids: [ID!]!) {
    nodes(ids: $ids) {
      ... on Analysis {
        id status options warnings { code message } timings { textMs } image { id }
        detections { id text box { x y width height } }
        texts {
          text confidence detection { id }
          quadrilateral { x y } normalized: quadrilateral(unit: NORMALIZED) { x y }
        }
        coco
      }
    }
  }
`;

async function findIds(text: string): Promise<string[]> {
  const query = 'query ($text: String!) { searchImages(by: { text: $text }) { nodes { id } edges { score } } }';
  return (await user.run(query, { text })).searchImages.nodes.map(({ id }: Data) => id);
}

test('an analysis has the lines of its picture, in reading order, where the task or its options request it', () => {
  for (const { status, texts, timings, warnings } of [asked!, overridden!]) {
    expect([status, warnings]).toEqual(['SUCCEEDED', []]);
    const words = texts.map(({ text }: Data) => text);
    expect(words).toEqual(expect.arrayContaining(['Wimborel', 'Mint tea, 20 bags', '3.49 EUR']));
    expect(words.indexOf('Wimborel')).toBeLessThan(words.indexOf('Mint tea, 20 bags'));
    expect(timings.textMs).toBeGreaterThan(0);
  }
  expect(overridden!.options).toEqual({ readText: true });
});

test('it has none, not even an empty list, where nothing requests it', () => {
  for (const { status, texts, timings, detections } of [unasked!, forbidden!]) {
    expect([status, texts, timings.textMs]).toEqual(['SUCCEEDED', null, null]);
    for (const { text } of detections) expect(text).toBeNull();
  }
});

test('each line has its corners in both units, and its detection has its text', () => {
  for (const line of asked!.texts) {
    expect(line.quadrilateral).toHaveLength(4);
    for (const [index, { x, y }] of line.quadrilateral.entries()) {
      expect(line.normalized[index].x).toBeCloseTo(x / 960, 4);
      expect(line.normalized[index].y).toBeCloseTo(y / 736, 4);
    }
    if (line.detection) {
      const detection = asked!.detections.find(({ id }: Data) => id === line.detection.id);
      expect(detection.text.split('\n')).toContain(line.text);
    }
  }
  const onProducts = asked!.detections.flatMap(({ text }: Data) => (text === '' ? [] : text.split('\n')));
  const assigned = asked!.texts.filter(({ detection }: Data) => detection !== null);
  expect(onProducts.sort()).toEqual(assigned.map(({ text }: Data) => text).sort());
});

test('a rerun reads text where the task does by then, unless the options of the original say otherwise', async () => {
  const taskId = await createTask(user, { pipeline: 'shelf-fast' });
  const file = new Blob([await readFile(label)]);
  const images = [{ file }, { file, options: { readText: false } }];
  const first = await submitBatch(user, images, { taskId });
  await awaitEnd(user, first);
  await user.run('mutation ($id: ID!) { updateTask(input: { id: $id, readText: true }) { __typename } }', {
    id: taskId,
  });
  const rerun = `mutation ($ids: [ID!]!) { rerunAnalyses(input: { target: { ids: $ids } }) { __typename ...Failures
    ... on SubmitBatchPayload { batch { id eventCursor } items { analysis { id } } } } } ${failures}`;
  const { rerunAnalyses } = await user.run(rerun, { ids: first.ids });
  const { batch, items } = expectType(rerunAnalyses, 'SubmitBatchPayload');
  await awaitEnd(user, { batch, analyses: [], ids: [] });
  const { nodes } = await user.run(readAnalyses, { ids: items.map(({ analysis }: Data) => analysis.id) });
  expect(nodes.map(({ texts }: Data) => texts && texts.length > 0)).toEqual([true, null]);
});

test('COCO has the text of the image and of each annotation', () => {
  const { images, annotations } = asked!.coco;
  expect(images[0].texts.map(({ text }: Data) => text)).toEqual(asked!.texts.map(({ text }: Data) => text));
  expect(annotations.map(({ text }: Data) => text)).toEqual(asked!.detections.map(({ text }: Data) => text));
  expect(unasked!.coco.images[0]).not.toHaveProperty('texts');
});

describe('a task', () => {
  const updateTask = `mutation ($input: UpdateTaskInput!) { updateTask(input: $input) {
    __typename ...Failures ... on Task { readText pipeline { readsText } } } } ${failures}`;
  const createTaskMutation = `mutation ($input: CreateTaskInput!) { createTask(input: $input) {
    __typename ...Failures ... on Task { id readText } } } ${failures}`;
  const update = async (input: Data) => (await user.run(updateTask, { input })).updateTask;
  const create = async (input: Data) =>
    (await user.run(createTaskMutation, { input: { name: 'T', ...input } })).createTask;
  const refusal = (message: string) => ({
    __typename: 'ValidationError',
    issues: [{ path: ['readText'], message: expect.stringContaining(message) }],
  });

  test('reads text or not, until that is changed', async () => {
    const { id, readText } = expectType(await create({}), 'Task');
    expect(readText).toBe(false);
    expect(await update({ id, readText: true })).toMatchObject({ readText: true, pipeline: { readsText: true } });
    expect(await update({ id, name: 'Renamed' })).toMatchObject({ readText: true });
    expect(await update({ id, readText: null })).toMatchObject({ readText: false });
  });

  test('that cannot read text is refused: another type, or a pipeline without the models', async () => {
    expect(await create({ type: 'FILTER', acceptGroups: ['food'], readText: true })).toMatchObject(
      refusal('A FILTER task reads no text'),
    );
    expect(await create({ pipeline: 'shelf@3', readText: true })).toMatchObject(refusal('shelf@3 reads no text'));
    expect(await update({ id: reading, pipeline: 'shelf@3' })).toMatchObject(refusal('shelf@3 reads no text'));
  });

  test('whose options request what it cannot do is refused with the option', async () => {
    const old = await createTask(user, { pipeline: 'shelf@3' });
    const labels = await createTask(user, { type: 'CLASSIFICATION' });
    const file = new Blob([await readFile(label)]);
    const answer = await trySubmit(user, [{ file, taskId: old, options: { readText: true } }]);
    expect(answer).toMatchObject({
      __typename: 'ValidationError',
      issues: [{ path: ['images', '0', 'options', 'readText'], message: expect.stringContaining('shelf@3') }],
    });
    const other = await trySubmit(user, [{ file, taskId: labels, options: { readText: true } }]);
    expect(other.issues).toEqual([{ path: ['images', '0', 'options', 'readText'], message: expect.any(String) }]);
  });
});

describe('words', () => {
  test('are found that were read from an image, whatever their case', async () => {
    expect(await findIds('wimborel')).toContain(asked!.image.id);
    expect(await findIds('TEA mint')).toContain(asked!.image.id);
    expect(await findIds('wimborel coffee')).toEqual([]);
    expect(await findIds('wimborel')).not.toContain(unasked!.image.id);
  });

  test('are deleted with the image', async () => {
    const { image, id } = asked!;
    await user.run('mutation ($ids: [ID!]!) { deleteImages(ids: $ids) { __typename } }', { ids: [image.id] });
    const { nodes } = await user.run(readAnalyses, { ids: [id] });
    expect(nodes[0]).toMatchObject({ status: 'SUCCEEDED', image: null, texts: null });
    for (const { text } of nodes[0].detections) expect(text).toBeNull();
    const { rows } = await sightline.database.pool.query(
      'select r::text from analysis_result r where analysis_id = $1',
      [decodeId('analysis', id)],
    );
    expect(rows).toHaveLength(1);
    expect(rows[0].r).not.toContain('Wimborel');
    const found = await findIds('wimborel');
    expect(found).not.toContain(image.id);
    // Another image of the same bytes keeps its own.
    expect(found).toContain(overridden!.image.id);
  });
});
