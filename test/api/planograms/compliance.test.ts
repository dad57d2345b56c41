import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { decodeId } from '../../../src/ids.ts';
import { parseCsvObjects } from '../../support/csv.ts';
import { createTask } from '../../support/recognition.ts';
import { startTestSightline, type TestSightline } from '../../support/sightline.ts';
import { createUser, type User } from '../../support/user.ts';
import {
  complianceOf,
  createItems,
  createPlanogram,
  exportAs,
  judge,
  shelfOf,
  sideBySide,
  statuses,
  updatePlanogram,
} from './client.ts';

/** What is found is said here, for what is made of it is looked at. */
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

test('an analysis tells what of the plan its picture shows', async () => {
  const taskId = await createTask(user);
  const planogram = await createPlanogram(user, { taskId, content: shelfOf('tea', 'jam', 'soda') });
  const id = await judge(sightline, user, { taskId }, sideBySide(tea!, tea!, null, soda!, jam!));
  expect(await complianceOf(user, id)).toEqual({
    planogram: { id: planogram.id },
    planogramVersion: 1,
    score: expect.closeTo(1.5 / 3, 4),
    positions: [
      {
        ...{ shelf: 0, position: 0, catalogItem: { id: tea }, status: 'TOO_MANY_FACINGS' },
        ...{ planned: 1, visible: 1, found: 2, detections: [{ id: `${id}-0` }, { id: `${id}-1` }] },
      },
      {
        ...{ shelf: 0, position: 1, catalogItem: { id: jam }, status: 'OUT_OF_ORDER' },
        ...{ planned: 1, visible: 1, found: 0, detections: [{ id: `${id}-4` }] },
      },
      {
        ...{ shelf: 0, position: 2, catalogItem: { id: soda }, status: 'FOUND' },
        ...{ planned: 1, visible: 1, found: 1, detections: [{ id: `${id}-3` }] },
      },
    ],
    missing: [],
    unplanned: [{ id: `${id}-2` }],
  });
});

test('there is none without a plan, before the end, and for what was judged by none', async () => {
  const taskId = await createTask(user);
  const id = await judge(sightline, user, { taskId }, sideBySide(tea!));
  expect(await complianceOf(user, id)).toBeNull();
  await createPlanogram(user, { taskId, content: shelfOf('tea') });
  expect(await complianceOf(user, id)).toBeNull();
});

describe('of several plans', () => {
  test('that of the task at the place counts before that of the place, and that before the one of the task', async () => {
    const taskId = await createTask(user);
    const plans = {
      task: await createPlanogram(user, { taskId, content: shelfOf('tea') }),
      place: await createPlanogram(user, { placeId: 'bay-1', content: shelfOf('tea') }),
      both: await createPlanogram(user, { taskId, placeId: 'bay-1', content: shelfOf('tea') }),
    };
    const planOf = async (image: { taskId: string; placeId?: string }) => {
      const id = await judge(sightline, user, image, sideBySide(tea!));
      return (await complianceOf(user, id))?.planogram.id;
    };
    const other = await createTask(user);
    expect(await planOf({ taskId })).toBe(plans.task.id);
    expect(await planOf({ taskId, placeId: 'bay-2' })).toBe(plans.task.id);
    expect(await planOf({ taskId, placeId: 'bay-1' })).toBe(plans.both.id);
    expect(await planOf({ taskId: other, placeId: 'bay-1' })).toBe(plans.place.id);
    expect(await planOf({ taskId: other, placeId: 'bay-2' })).toBeUndefined();
    await user.run('mutation ($id: ID!) { deletePlanogram(id: $id) { __typename } }', { id: plans.both.id });
    expect(await planOf({ taskId, placeId: 'bay-1' })).toBe(plans.place.id);
  });

  test('the version counts that was valid when the picture was taken, and a later one changes no result', async () => {
    const taskId = await createTask(user);
    const plan = await createPlanogram(user, { taskId, content: shelfOf('tea'), validFrom: '2026-01-01T00:00:00Z' });
    await updatePlanogram(user, { id: plan.id, content: shelfOf('jam'), validFrom: '2026-03-01T00:00:00Z' });
    // Corrects the first one.
    await updatePlanogram(user, { id: plan.id, content: shelfOf('tea', 'soda'), validFrom: '2026-01-01T00:00:00Z' });
    const versionAt = async (recordedAt?: string) => {
      const id = await judge(sightline, user, { taskId, ...(recordedAt && { recordedAt }) }, sideBySide(tea!));
      return { id, version: (await complianceOf(user, id))?.planogramVersion };
    };
    const february = await versionAt('2026-02-01T00:00:00Z');
    expect(february.version).toBe(3);
    expect((await versionAt('2025-12-31T23:59:59Z')).version).toBeUndefined();
    expect((await versionAt('2026-03-01T00:00:00Z')).version).toBe(2);
    expect((await versionAt()).version).toBe(2);
    await updatePlanogram(user, { id: plan.id, content: shelfOf('jam'), validFrom: '2026-01-15T00:00:00Z' });
    expect((await complianceOf(user, february.id)).planogramVersion).toBe(3);
  });
});

test('a picture agrees with the plan that was made of it', async () => {
  const taskId = await createTask(user);
  const found = [...sideBySide(tea!, tea!, jam!, soda!), { ...sideBySide(tea!)[0]!, place: [0, 0, 1] as const }];
  const analysisId = await judge(sightline, user, { taskId }, found);
  await createPlanogram(user, { taskId, content: { analysisId } });
  const again = await judge(sightline, user, { taskId }, found);
  const compliance = await complianceOf(user, again);
  expect(compliance.score).toBe(1);
  expect(statuses(compliance)).toBe('FOUND FOUND FOUND FOUND');
  const without = await judge(sightline, user, { taskId }, sideBySide(tea!, tea!, soda!));
  expect((await complianceOf(user, without)).missing).toEqual([{ catalogItem: { id: jam } }]);
});

test('a result is sound although it could not be compared with its plan', async () => {
  const taskId = await createTask(user);
  const planogram = await createPlanogram(user, { taskId, content: shelfOf('tea') });
  await sightline.database.pool.query("update planogram_version set fixture = '{}' where planogram_id = $1", [
    decodeId('planogram', planogram.id),
  ]);
  const id = await judge(sightline, user, { taskId }, sideBySide(tea!));
  const query = `query ($id: ID!) { node(id: $id) {
    ... on Analysis { status detectionCount warnings { code } compliance { score } } } }`;
  const { node } = await user.run(query, { id });
  expect(node).toEqual({
    status: 'SUCCEEDED',
    detectionCount: 1,
    warnings: [{ code: 'PLANOGRAM_NOT_COMPARED' }],
    compliance: null,
  });
});

test('it is in exports', async () => {
  const taskId = await createTask(user);
  const planogram = await createPlanogram(user, { taskId, content: shelfOf('tea', 'jam', 'soda') });
  const id = await judge(sightline, user, { taskId }, sideBySide(tea!, soda!, soda!, null));
  const [line] = (await exportAs(sightline, user, { format: 'JSONL', filter: { taskId } })).trimEnd().split('\n');
  const item = (itemId: string, customId: string) => ({ id: itemId, name: 'Item', customId, barcode: null });
  expect(JSON.parse(line!).compliance).toEqual({
    planogramId: planogram.id,
    planogramVersion: 1,
    score: 0.5,
    positions: [
      {
        ...{ shelf: 0, position: 0, status: 'FOUND', planned: 1, visible: 1, found: 1 },
        ...{ catalogItem: item(tea!, 'tea'), detectionIds: [`${id}-0`] },
      },
      {
        ...{ shelf: 0, position: 1, status: 'MISSING', planned: 1, visible: 1, found: 0 },
        ...{ catalogItem: item(jam!, 'jam'), detectionIds: [] },
      },
      {
        ...{ shelf: 0, position: 2, status: 'TOO_MANY_FACINGS', planned: 1, visible: 1, found: 2 },
        ...{ catalogItem: item(soda!, 'soda'), detectionIds: [`${id}-1`, `${id}-2`] },
      },
    ],
    unplannedDetectionIds: [`${id}-3`],
  });
  const records = parseCsvObjects(await exportAs(sightline, user, { format: 'CSV', filter: { taskId } }));
  expect(records).toMatchObject(
    ['FOUND', 'TOO_MANY_FACINGS', 'TOO_MANY_FACINGS', 'UNPLANNED'].map((position_status) => ({
      planogram_id: planogram.id,
      planogram_version: '1',
      compliance_score: '0.5',
      position_status,
    })),
  );
});
