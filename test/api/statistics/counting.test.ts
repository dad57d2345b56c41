import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { moveAnalyses } from '../../../src/analyses/life.repository.ts';
import { countOldAnalyses } from '../../../src/analyses/statistics/backfill.repository.ts';
import { decodeId, newId } from '../../../src/ids.ts';
import { removeExpiredAnalyses } from '../../../src/retention/retention.repository.ts';
import { endAnalysis, resultOf } from '../../support/ended-analyses.ts';
import { pictureBase64 } from '../../support/pictures.ts';
import { createItem, createTask, submitBatch } from '../../support/recognition.ts';
import { startTestSightline, type TestSightline } from '../../support/sightline.ts';
import { createUser, type User } from '../../support/user.ts';
import { foldAll, readStats, readTotal } from './client.ts';

let sightline: TestSightline;
let base64: string;
/** A new organisation for each test. */
let user: User;
let organizationId: string;
let taskId: string;

beforeAll(async () => {
  sightline = await startTestSightline();
  base64 = await pictureBase64();
});
afterAll(() => sightline.close());

beforeEach(async () => {
  const tenant = await sightline.createTenant();
  organizationId = tenant.organizationId;
  user = createUser({ url: sightline.url, apiKey: tenant.apiKey });
  taskId = await createTask(user);
  return () => user.close();
});

/** @returns the ids of new analyses, one a place. */
async function submit(...placeIds: (string | null)[]): Promise<string[]> {
  const images = placeIds.map((placeId) => ({ source: { base64 }, placeId }));
  return (await submitBatch(user, images, { taskId })).ids;
}

const end = (id: string, how: Parameters<typeof endAnalysis>[2] = {}) => endAnalysis(sightline.database.db, id, how);

async function rerun(ids: string[]): Promise<string[]> {
  const text = `mutation ($ids: [ID!]!) { rerunAnalyses(input: { target: { ids: $ids }, scope: ALL }) {
    ... on SubmitBatchPayload { items { analysis { id } } } ... on UserError { message } } }`;
  const { rerunAnalyses } = await user.run(text, { ids });
  return rerunAnalyses.items.map(({ analysis }: { analysis: { id: string } }) => analysis.id);
}

async function remove(ids: string[]): Promise<void> {
  await user.run('mutation ($ids: [ID!]!) { deleteAnalyses(ids: $ids) { results { __typename } } }', { ids });
}

/** The same before and after the changes are added to the counters. */
async function expectTotal(expected: Record<string, unknown>): Promise<void> {
  expect(await readTotal(user)).toMatchObject(expected);
  await foldAll(sightline);
  expect(await readTotal(user)).toMatchObject(expected);
}

test('analyses count from their submission on, and by what became of them', async () => {
  const item = await createItem(user, { name: 'Tea', thumbnail: { base64 } });
  const itemId = decodeId('catalogItem', item.id)!;
  const [first, second, third] = await submit('shop', 'shop', null, 'kiosk');
  await expectTotal({ total: 4, open: 4, succeeded: 0, facings: 0, failures: [], latencySeconds: null });
  await end(first!, { detections: [{ itemId }, { itemId }, {}], ranMs: 2_000 });
  await end(second!, { failure: 'ENGINE_CRASHED' });
  await user.run('mutation ($ids: [ID!]) { cancelAnalyses(target: { ids: $ids }) { results { __typename } } }', {
    ids: [third],
  });
  await expectTotal({
    ...{ total: 4, open: 1, succeeded: 1, failed: 1, canceled: 1, expired: 0, facings: 3 },
    failures: [{ code: 'ENGINE_CRASHED', count: 1 }],
    meanDurationSeconds: expect.closeTo(2, 1),
    latencySeconds: expect.any(Number),
  });

  const byStatus = await readStats(user, { groupBy: 'STATUS' });
  const totals = Object.fromEntries(
    byStatus.groups.map(({ status, total }: { status: string; total: { total: number } }) => [status, total.total]),
  );
  expect(totals).toEqual({ SUCCEEDED: 1, FAILED: 1, CANCELED: 1, null: 1 });

  const byPlace = await readStats(user, { groupBy: 'PLACE' });
  expect(byPlace.groups).toMatchObject([
    { placeId: 'shop', total: { total: 2, succeeded: 1, failed: 1, facings: 3 } },
    { placeId: 'kiosk', total: { total: 1, open: 1 } },
  ]);
  expect(await readTotal(user, { filter: { placeId: 'kiosk' } })).toMatchObject({ total: 1, facings: 0 });

  const byItem = await readStats(user, { groupBy: 'ITEM' });
  const ofItem = (id: string | null) =>
    byItem.groups.find(({ catalogItem }: { catalogItem: { id: string } | null }) => (catalogItem?.id ?? null) === id);
  expect(byItem.groups).toHaveLength(2);
  expect(ofItem(item.id)).toMatchObject({ total: { total: 1, succeeded: 1, facings: 2, latencySeconds: null } });
  expect(ofItem(null)).toMatchObject({ total: { total: 1, facings: 1 } });
  expect(await readTotal(user, { filter: { catalogItemId: item.id } })).toMatchObject({ total: 1, facings: 2 });

  const byTask = await readStats(user, { groupBy: 'TASK' });
  expect(byTask.groups).toMatchObject([{ task: { id: taskId }, total: { total: 4 } }]);
  const places = await user.run('{ places { nodes { id counts { total succeeded } } } }');
  expect(places.places.nodes).toEqual([
    { id: 'kiosk', counts: { total: 1, succeeded: 0 } },
    { id: 'shop', counts: { total: 2, succeeded: 1 } },
  ]);
});

test('an image that cannot be used counts as failed from its submission on', async () => {
  await submitBatch(user, [{ source: { base64: 'AAAA' } }, { source: { base64 } }], { taskId });
  await expectTotal({ total: 2, open: 1, failed: 1, failures: [{ code: 'INVALID_IMAGE', count: 1 }] });
});

describe('an image that is run again', () => {
  test('counts once, as its latest run, wherever in the chain that began', async () => {
    const [first] = await submit('shop');
    await end(first!, { detections: [{}, {}] });
    await expectTotal({ total: 1, succeeded: 1, facings: 2 });
    const [second] = await rerun([first!]);
    await expectTotal({ total: 1, open: 1, succeeded: 0, facings: 0, latencySeconds: null });
    await end(second!, { detections: [{}] });
    await expectTotal({ total: 1, succeeded: 1, facings: 1 });
    // The first again, not the latest.
    const [third] = await rerun([first!]);
    await end(third!, { failure: 'INTERNAL' });
    await expectTotal({ total: 1, succeeded: 0, failed: 1, facings: 0 });
    const [fourth] = await rerun([second!]);
    await end(fourth!, { detections: [{}, {}, {}] });
    await expectTotal({ total: 1, succeeded: 1, failed: 0, failures: [], facings: 3 });
  });

  test('counts once when it is run again while it runs, and whatever becomes of the earlier run', async () => {
    const [first] = await submit(null);
    const [second] = await rerun([first!]);
    await end(first!, { detections: [{}, {}] });
    await expectTotal({ total: 1, open: 1, facings: 0 });
    await end(second!);
    await expectTotal({ total: 1, succeeded: 1, facings: 0 });
  });

  test('counts once when a version without statistics submitted it, and its backfill comes later', async () => {
    const { db } = sightline.database;
    const [first] = await submit(null);
    await sql`update analysis set counted = null where id = ${decodeId('analysis', first!)}`.execute(db);
    await sql`delete from analysis_stats_change where organization_id = ${organizationId}`.execute(db);
    await end(first!, { detections: [{}] });
    expect((await readStats(user)).groups).toEqual([]);
    await rerun([first!]);
    await expectTotal({ total: 1, open: 1, succeeded: 0 });
    await sql`update analysis_stats_backfill set after = '00000000-0000-0000-0000-000000000000'`.execute(db);
    expect(await countOldAnalyses(db, new AbortController().signal)).toBe(0);
    await expectTotal({ total: 1, open: 1, succeeded: 0 });
  });

  test('counts once when it is run again several times at the same time', async () => {
    const [first] = await submit(null);
    await end(first!);
    await Promise.all([rerun([first!]), rerun([first!]), rerun([first!])]);
    await expectTotal({ total: 1, open: 1 });
  });
});

describe('an analysis that is gone', () => {
  test('counts no longer when it was deleted, and leaves nothing', async () => {
    const [first, second] = await submit('shop', 'shop');
    await end(first!, { detections: [{}, {}] });
    await end(second!, { failure: 'INTERNAL' });
    await foldAll(sightline);
    await remove([first!]);
    await expectTotal({ total: 1, succeeded: 0, failed: 1, facings: 0, latencySeconds: null });
    await remove([second!]);
    await expectTotal({ total: 0, failed: 0, failures: [] });
    expect((await readStats(user, { groupBy: 'PLACE' })).groups).toEqual([]);
  });

  test('counts no longer when an earlier run of it is deleted: that did not count', async () => {
    const [first] = await submit(null);
    await end(first!);
    await rerun([first!]);
    await remove([first!]);
    await expectTotal({ total: 1, open: 1, succeeded: 0 });
  });

  test('still counts when retention removed it', async () => {
    const [first] = await submit(null);
    await end(first!, { detections: [{}] });
    const { db } = sightline.database;
    await sql`update analysis set created_at = now() - interval '3 days' where id = ${decodeId('analysis', first!)}`.execute(
      db,
    );
    expect(await db.transaction().execute((trx) => removeExpiredAnalyses(trx, organizationId, 2, 10))).toHaveLength(1);
    await expectTotal({ total: 1, succeeded: 1, facings: 1 });
  });
});

test('workers that finish analyses of one task and place do not wait for each other, nor does adding up', async () => {
  const [first, second] = (await submit('shop', 'shop')).map((id) => decodeId('analysis', id)!);
  const { db } = sightline.database;
  const finish = (analysisId: string) => [
    { analysisId, to: 'RUNNING' as const, agoMs: 0 },
    { analysisId, to: 'SUCCEEDED' as const, agoMs: 0, result: resultOf([{}]) },
  ];
  // A bound on a wait that must not happen.
  const impatiently = (work: (trx: Parameters<typeof moveAnalyses>[0]) => Promise<unknown>) =>
    db.transaction().execute(async (trx) => {
      await sql`set local lock_timeout = '1s'`.execute(trx);
      await work(trx);
    });
  // One batch counts both, so they are freed of it: its row is what they would meet at.
  await sql`delete from batch_analysis where analysis_id = ${second}`.execute(db);
  await foldAll(sightline);
  await impatiently(async (trx) => {
    await moveAnalyses(trx, finish(first!));
    await impatiently((other) => moveAnalyses(other, finish(second!)));
    await foldAll(sightline);
    expect(await readTotal(user)).toMatchObject({ succeeded: 1 });
  });
  // What was committed after the folding is not lost.
  await expectTotal({ total: 2, succeeded: 2, facings: 2 });
});

test('changes of an organisation that is gone are left out', async () => {
  await foldAll(sightline);
  const gone = newId();
  await sql`
    insert into analysis_stats_change (organization_id, bucket_at, task_id, submitted, succeeded, failed, canceled, expired, facings,
      duration_ms, latencies, failures, item_analyses, item_facings)
    values (${gone}, now(), ${newId()}, 1, 0, 0, 0, 0, 0, 0, '{}', '{}', '{}', '{}')`.execute(sightline.database.db);
  expect(await foldAll(sightline)).toBe(1);
  const { rows } = await sql`select from analysis_stats where organization_id = ${gone}`.execute(sightline.database.db);
  expect(rows).toEqual([]);
});
