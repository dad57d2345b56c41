import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { awaitEnd, createTask, expectType, failures, submitBatch } from '../../support/recognition.ts';
import { startTestSightline, type TestSightline } from '../../support/sightline.ts';
import { createUser, type Data, type User } from '../../support/user.ts';
import { download, exportAll } from '../exports/client.ts';

/** The pipeline `wildlife` with the models that come with the project, on photographs of a person, a cat, and neither. */
let sightline: TestSightline;
let user: User;
beforeAll(async () => {
  sightline = await startTestSightline({ role: 'start', env: { ENGINES: '1' } });
  user = createUser(sightline);
});
afterAll(async () => {
  await user?.close();
  await sightline?.close();
});

const pictures = ['astronaut', 'cat', 'coffee'];

const query = /* GraphQL */ `query ($ids: [ID!]!) {
  nodes(ids: $ids) {
    ... on Analysis {
      status accepted labels { name group confidence } coco pipeline { name version }
      detections { objectness confidence catalogItem { id } label { name group confidence } box { x y width height } }
    }
  }
}`;

async function analyze(task: Record<string, unknown>, options?: Record<string, unknown>): Promise<Data[]> {
  const taskId = await createTask(user, { pipeline: 'wildlife', ...task });
  const submitted = await submitBatch(
    user,
    await Promise.all(
      pictures.map(async (name) => {
        const file = new URL(`../../fixtures/pictures/${name}.jpg`, import.meta.url);
        return { source: { base64: await readFile(file, 'base64') }, taskId, ...(options && { options }) };
      }),
    ),
  );
  await awaitEnd(user, submitted);
  return (await user.run(query, { ids: submitted.ids })).nodes;
}

test('DETECTION finds people and animals, with a box and a label each, and labels the picture', async () => {
  const [person, cat, coffee] = await analyze({ type: 'DETECTION' });
  expect(person).toMatchObject({ status: 'SUCCEEDED', accepted: null, pipeline: { name: 'wildlife', version: '1' } });
  expect(person!.detections).toHaveLength(1);
  const [found] = person!.detections;
  expect(found.label).toEqual({ name: 'person', group: 'person', confidence: found.objectness });
  expect(found.catalogItem).toBeNull();
  // She fills the left two thirds of 360 × 360 pixels.
  expect(found.box.width).toBeGreaterThan(180);
  expect(found.box.height).toBeGreaterThan(300);
  expect(person!.labels.map(({ name }: Data) => name)).toContain('person');
  // The detector knows cats only; the classifier says which.
  expect(cat!.detections).toHaveLength(1);
  expect(cat!.detections[0].label).toMatchObject({ group: 'animal', name: expect.stringMatching(/cat|tabby|lynx/i) });
  expect(cat!.detections[0].label.name).not.toBe('cat');
  expect(cat!.labels[0]).toMatchObject({ group: 'animal' });
  expect(coffee).toMatchObject({ status: 'SUCCEEDED', detections: [], labels: [] });
});

test('COCO has a category for each label, and CSV the label of each detection', async () => {
  const [person, cat] = await analyze({ type: 'DETECTION' });
  const { annotations, categories } = cat!.coco;
  const category = categories.find(({ id }: Data) => id === annotations[0].category_id);
  expect(category).toEqual({ id: 2, name: cat!.detections[0].label.name, supercategory: 'animal' });
  expect(annotations[0]).toMatchObject({ label: category.name, label_group: 'animal' });
  expect(person!.coco.categories.at(-1)).toMatchObject({ name: 'person', supercategory: 'person' });
  const csv = await download(await exportAll(user, 'CSV', {}));
  expect(csv).toMatch(/,person,person,/);
  expect(csv.split('\r\n')[0]).toMatch(/label,label_group,.*label_confidence$/);
});

test('FILTER accepts by boxes and labels; human is another word for person', async () => {
  const accepted = async (acceptGroups: string[]) => {
    const found = await analyze({ type: 'FILTER', acceptGroups });
    return found.map((analysis) => analysis.accepted);
  };
  expect(await accepted(['human'])).toEqual([true, false, false]);
  expect(await accepted(['animal'])).toEqual([false, true, false]);
  expect(await accepted(['vehicle'])).toEqual([false, false, false]);
  expect(await accepted(['vehicle', 'animal', 'person'])).toEqual([true, true, false]);
});

async function create(input: Record<string, unknown>): Promise<Data> {
  const mutation = `mutation ($input: CreateTaskInput!) {
    createTask(input: $input) { __typename ...Failures ... on Task { acceptGroups } }
  } ${failures}`;
  return (await user.run(mutation, { input: { name: 'Task', pipeline: 'wildlife', ...input } })).createTask;
}

test('a task stores the groups by the names of its pipeline, and knows which there are', async () => {
  const type = 'FILTER';
  expect(await create({ type, acceptGroups: ['human', 'person'] })).toMatchObject({ acceptGroups: ['person'] });
  expect(await create({ type, acceptGroups: ['food'] })).toMatchObject({
    issues: [{ path: ['acceptGroups'], message: expect.stringContaining('person, animal, vehicle') }],
  });
});

test.each(['computeRealogram', 'computeShares', 'findGaps', 'readCodes', 'learning', 'readText'])(
  '%s is refused, because the pipeline finds no products',
  async (option) => {
    const refused = expectType(await create({ [option]: true }), 'ValidationError');
    expect(refused.issues).toEqual([{ path: [option], message: expect.stringContaining('wildlife@1') }]);
  },
);

test('a task keeps its options from a pipeline that has no use for them', async () => {
  const id = await createTask(user, { computeShares: true });
  const mutation = `mutation ($input: UpdateTaskInput!) {
    updateTask(input: $input) { __typename ...Failures }
  } ${failures}`;
  const { updateTask } = await user.run(mutation, { input: { id, pipeline: 'wildlife' } });
  expect(updateTask.issues).toEqual([{ path: ['pipeline'], message: expect.stringContaining('computeShares') }]);
});

test.each<[string, unknown, RegExp]>([
  ['restrictToTags', ['a'], /no effect with the pipeline wildlife@1/],
  ['matchCatalog', false, /no effect with the pipeline wildlife@1/],
  ['readCodes', true, /no effect with the pipeline wildlife@1/],
  ['topCandidates', 3, /no effect with the pipeline wildlife@1/],
  ['country', 'NL', /no list of which species live in which country/],
])('the option %s is refused with the reason', async (option, value, reason) => {
  const taskId = await createTask(user, { pipeline: 'wildlife' });
  const source = { base64: await readFile(new URL('../../fixtures/pictures/cat.jpg', import.meta.url), 'base64') };
  const mutation = `mutation ($input: SubmitBatchInput!) { submitBatch(input: $input) { __typename ...Failures } } ${failures}`;
  const images = [{ source, options: { [option]: value } }];
  const { submitBatch: refused } = await user.run(mutation, { input: { taskId, images } });
  expect(refused.issues).toEqual([
    { path: ['images', '0', 'options', option], message: expect.stringMatching(reason) },
  ]);
});

test('smoothNeighbors is an option of animals, too', async () => {
  const [, cat] = await analyze({ type: 'DETECTION' }, { smoothNeighbors: true });
  expect(cat!.detections).toHaveLength(1);
});
