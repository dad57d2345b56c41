import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { awaitEnd, createTask, submitBatch } from '../../support/recognition.ts';
import { startTestSightline, type TestSightline } from '../../support/sightline.ts';
import { createUser, type Data, type User } from '../../support/user.ts';

/** The classifier that comes with the project, on photographs, by tasks that name no pipeline. */
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

const fruits = ['banana', 'lemon', 'pineapple'];

async function label(task: Record<string, unknown>): Promise<Data[]> {
  const taskId = await createTask(user, task);
  const pictures = await Promise.all(
    fruits.map(async (fruit) => {
      const file = new URL(`../../fixtures/pictures/${fruit}.jpg`, import.meta.url);
      return { source: { base64: await readFile(file, 'base64') }, taskId };
    }),
  );
  const submitted = await submitBatch(user, pictures);
  await awaitEnd(user, submitted);
  const query = /* GraphQL */ `query ($ids: [ID!]!) {
    nodes(ids: $ids) {
      ... on Analysis { status accepted labels { name group confidence } pipeline { name version models { name licence } } }
    }
  }`;
  return (await user.run(query, { ids: submitted.ids })).nodes;
}

test('CLASSIFICATION calls photographs of fruit by their names', async () => {
  const found = await label({ type: 'CLASSIFICATION' });
  for (const [index, fruit] of fruits.entries()) {
    expect(found[index]).toMatchObject({
      status: 'SUCCEEDED',
      accepted: null,
      labels: [{ name: fruit, group: 'food' }],
      pipeline: { name: 'classify', version: '1', models: [{ name: 'image-classifier', licence: 'Apache-2.0' }] },
    });
    expect(found[index]!.labels[0].confidence).toBeGreaterThan(0.5);
  }
});

test('FILTER accepts food, and rejects it where animals and vehicles are wanted', async () => {
  const food = await label({ type: 'FILTER', acceptGroups: ['food'] });
  expect(food.map(({ accepted }) => accepted)).toEqual([true, true, true]);
  const others = await label({ type: 'FILTER', acceptGroups: ['animal', 'person', 'vehicle', 'household', 'other'] });
  expect(others.map(({ accepted }) => accepted)).toEqual([false, false, false]);
  expect(others.map(({ labels }) => labels[0].name)).toEqual(fruits);
});

test('its threshold decides: nothing is as sure as 1', async () => {
  const found = await label({ type: 'FILTER', acceptGroups: ['food'], threshold: 1 });
  expect(found.map(({ accepted }) => accepted)).toEqual([false, false, false]);
});
