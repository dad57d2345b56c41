import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTask } from '../../support/recognition.ts';
import { startTestSightline, type TestSightline } from '../../support/sightline.ts';
import { createUser, type Data, type User } from '../../support/user.ts';
import { createItems, createPlanogram, judge, shelfOf, sideBySide } from './client.ts';

let sightline: TestSightline;
let user: User;
let [tea, jam, soda]: string[] = [];
beforeAll(async () => {
  sightline = await startTestSightline();
  user = createUser(sightline);
  [tea, jam, soda] = await createItems(user, 'tea', 'jam', 'soda');
});
afterAll(async () => {
  await user?.close();
  await sightline?.close();
});

async function gapsOf(id: string): Promise<Data> {
  const query = /* GraphQL */ `
    query ($id: ID!) {
      node(id: $id) {
        ... on Analysis {
          gapShare
          gaps { shelf facings box { x y width height } catalogItem { id } catalogItemFrom }
        }
      }
    }
  `;
  return (await user.run(query, { id })).node;
}

/** Tea and soda, with the place of one product free between them. */
const withGap = () => sideBySide(tea!, jam!, soda!).toSpliced(1, 1);

test('a task that asks for gaps gets them, with the item of the plan', async () => {
  const taskId = await createTask(user, { findGaps: true });
  await createPlanogram(user, { taskId, content: shelfOf('tea', 'jam', 'soda') });
  expect(await gapsOf(await judge(sightline, user, { taskId }, withGap()))).toEqual({
    gapShare: expect.closeTo(220 / 620, 4),
    gaps: [
      {
        ...{ shelf: 0, facings: 1, box: { x: 1_200, y: 1_500, width: 220, height: 400 } },
        ...{ catalogItem: { id: jam }, catalogItemFrom: 'PLANOGRAM' },
      },
    ],
  });
  const full = await judge(sightline, user, { taskId }, sideBySide(tea!, jam!, soda!));
  expect(await gapsOf(full)).toEqual({ gapShare: 0, gaps: [] });
});

test('without a plan, the item is that of the picture of the place that was taken before', async () => {
  const taskId = await createTask(user, { findGaps: true });
  const at = (recordedAt: string) => ({ taskId, placeId: 'bay', recordedAt });
  const full = sideBySide(tea!, jam!, soda!);
  await judge(sightline, user, at('2026-01-01T00:00:00Z'), full);
  // Of a later time, though it came before.
  await judge(sightline, user, at('2026-03-01T00:00:00Z'), sideBySide(tea!, tea!, soda!));
  const { gaps } = await gapsOf(await judge(sightline, user, at('2026-02-01T00:00:00Z'), withGap()));
  expect(gaps).toMatchObject([{ catalogItem: { id: jam }, catalogItemFrom: 'LAST_IMAGE' }]);
  const elsewhere = await judge(sightline, user, { taskId, placeId: 'other' }, withGap());
  expect((await gapsOf(elsewhere)).gaps).toMatchObject([{ catalogItem: null, catalogItemFrom: null }]);
});

test('a task that does not ask gets none', async () => {
  const taskId = await createTask(user);
  const id = await judge(sightline, user, { taskId }, withGap());
  expect(await gapsOf(id)).toEqual({ gaps: null, gapShare: null });
  await user.run('mutation ($id: ID!) { updateTask(input: { id: $id, findGaps: true }) { __typename } }', {
    id: taskId,
  });
  expect(await gapsOf(id)).toEqual({ gaps: null, gapShare: null });
});
