import { afterAll, beforeAll, expect, test } from 'vitest';
import { exampleFile, exampleProducts } from '../../support/examples.ts';
import { awaitActive, awaitEnd, createExampleItem, createTask, submitBatch } from '../../support/recognition.ts';
import { startTestSightline, type TestSightline } from '../../support/sightline.ts';
import { createUser, type Data, type User } from '../../support/user.ts';
import { complianceOf, createPlanogram } from './client.ts';

/** A real picture, a real engine with the real models. */
const household = 'shelves/3-household.jpg';
const dishLiquid = 'lathwenna-dish-liquid';
const chickpeas = 'hustavik-chickpeas';
const passata = 'vezzorina-passata';
const coffee = 'kolvaro-dark-roast';
const crisps = 'chazwick-paprika-crisps';

let sightline: TestSightline;
let user: User;
/** By slug. */
const items: Record<string, string> = {};
beforeAll(async () => {
  sightline = await startTestSightline({ role: 'start', env: { ENGINES: '1' } });
  user = createUser(sightline);
  for (const product of await exampleProducts(dishLiquid, chickpeas, passata, coffee, crisps))
    items[product.slug] = await createExampleItem(user, product);
  await awaitActive(user, Object.values(items));
});
afterAll(async () => {
  await user?.close();
  await sightline?.close();
});

async function analyze(taskId: string): Promise<string> {
  const submitted = await submitBatch(user, [{ file: await exampleFile(household), taskId }]);
  await awaitEnd(user, submitted);
  return submitted.ids[0]!;
}

/** A position of a plan, or several. */
const position = (slug: string, facings: number, stack = 1) => ({
  item: { catalogItemId: items[slug] },
  facings,
  stack,
});

test('a photograph shows exactly the differences from its plan', async () => {
  const taskId = await createTask(user);
  await createPlanogram(user, {
    taskId,
    content: {
      shelves: [
        { positions: [position(dishLiquid, 5), position(dishLiquid, 2)] },
        // Coffee stands nowhere, and of the passata there is one facing more.
        { positions: [position(chickpeas, 5, 2), position(coffee, 2), position(passata, 4), position(passata, 3)] },
        // Those two have changed places.
        { positions: [position(chickpeas, 4, 2), position(passata, 3), position(crisps, 1)] },
      ],
    },
  });
  const { score, positions } = await complianceOf(user, await analyze(taskId));
  expect(positions.map(({ shelf, status, found }: Data) => `${shelf} ${status} ${found}`)).toEqual([
    '0 FOUND 5',
    '0 FOUND 2',
    '1 FOUND 10',
    '1 MISSING 0',
    '1 TOO_MANY_FACINGS 5',
    '1 FOUND 3',
    '2 OUT_OF_ORDER 0',
    '2 FOUND 3',
    '2 FOUND 1',
  ]);
  expect(score).toBeCloseTo((6 + 4 / 5) / 9, 4);
});

test('a photograph agrees with the plan that is made of it', async () => {
  const taskId = await createTask(user, { findGaps: true });
  await createPlanogram(user, { taskId, content: { analysisId: await analyze(taskId) } });
  const again = await analyze(taskId);
  const { score, positions } = await complianceOf(user, again);
  expect(score).toBe(1);
  expect(positions.length).toBeGreaterThanOrEqual(6);
  const { node } = await user.run('query ($id: ID!) { node(id: $id) { ... on Analysis { gaps { facings } } } }', {
    id: again,
  });
  expect(node.gaps).toEqual([]);
});
