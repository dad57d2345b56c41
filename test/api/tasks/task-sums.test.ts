import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { sumOldAnalyses } from '../../../src/analyses/task-sums/backfill.repository.ts';
import { decodeId } from '../../../src/ids.ts';
import { removeExpiredAnalyses } from '../../../src/retention/retention.repository.ts';
import { getTaskStats } from '../../../src/tasks/task-stats.repository.ts';
import { endAnalysis } from '../../support/ended-analyses.ts';
import { pictureBase64 } from '../../support/pictures.ts';
import { explainQueries } from '../../support/query-plans.ts';
import { submitBatch } from '../../support/recognition.ts';
import { startTestSightline, type TestSightline } from '../../support/sightline.ts';
import { foldTasks, forgetTaskSums, sumOldTasks } from '../../support/task-sums.ts';
import type { Data, User } from '../../support/user.ts';
import { correct, createShop, found, item, noProduct, remove, rerun, type Shop } from '../corrections/client.ts';
import { createToken } from '../session-tokens/client.ts';

let sightline: TestSightline;
let base64: string;
let shop: Shop;
/** Sees the place "here" alone. */
let clerk: User;

beforeAll(async () => {
  sightline = await startTestSightline();
  base64 = await pictureBase64();
});
afterAll(() => sightline?.close());
beforeEach(async () => {
  shop = await createShop(sightline, { placeId: 'here' });
  clerk = (await createToken(shop.user, { scopes: ['READ'], placeIds: ['here'] })).user;
  return () => Promise.all([shop.user.close(), clerk.close()]);
});

const query = /* GraphQL */ `
  query ($id: ID!, $createdAt: DateTimeRange) {
    node(id: $id) { ... on Task { stats(createdAt: $createdAt) {
      total queued running awaitingUpload succeeded failed canceled expired meanDurationSeconds
      found: shares { ...S } corrected: shares(basis: CORRECTED) { ...S }
    } } }
  }
  fragment S on ItemShare { catalogItem { id } facings facingShare areaShare linearShare }
`;

const hoursAgo = (hours: number) => new Date(Date.now() - hours * 3_600_000).toISOString();

async function read(user: User, createdAt: object | null): Promise<Data> {
  return (await user.run(query, { id: shop.taskId, createdAt })).node.stats;
}

/** What everybody is told, whatever the period. */
async function readAll(periods: readonly (object | null)[]): Promise<Data[]> {
  const all: Data[] = [];
  for (const user of [shop.user, clerk]) for (const period of periods) all.push(await read(user, period));
  return all;
}

/** Sums say what reading each analysis says, as it is done until there are sums. @returns it for the whole task */
async function expectExact(): Promise<Data> {
  const { db } = sightline.database;
  const quarter = new Date(Math.floor(Date.now() / 900_000) * 900_000 - 36_000_000).toISOString();
  const periods = [
    null,
    { from: hoursAgo(50.01), to: hoursAgo(3.3) },
    { from: quarter },
    { to: hoursAgo(1.7) },
    { from: hoursAgo(10), to: hoursAgo(9.9) },
  ];
  const summed = await readAll(periods);
  const { rows } = await sql`select from task_sum_backfill where finished_at is not null`.execute(db);
  expect(rows).toHaveLength(1);
  await sql`update task_sum_backfill set finished_at = null`.execute(db);
  const each = await readAll(periods);
  await sql`update task_sum_backfill set finished_at = now()`.execute(db);
  expect(summed).toEqual(each);
  return summed[0];
}

/** Waiting analyses, submitted at random times of the last three days. */
async function submit(...placeIds: (string | null)[]): Promise<string[]> {
  const images = placeIds.map((placeId) => ({ source: { base64 }, placeId }));
  const { ids } = await submitBatch(shop.user, images, { taskId: shop.taskId });
  await sql`
    update analysis set created_at = now() - random() * interval '72 hours'
    where id = any(${ids.map((id) => decodeId('analysis', id))}::uuid[])`.execute(sightline.database.db);
  return ids;
}

const end = (id: string, how: Parameters<typeof endAnalysis>[2]) => endAnalysis(sightline.database.db, id, how);

const deleteAll = (ids: string[]) =>
  shop.user.run('mutation ($ids: [ID!]!) { deleteAnalyses(ids: $ids) { results { __typename } } }', { ids });

const cancel = (ids: string[]) =>
  shop.user.run('mutation ($ids: [ID!]) { cancelAnalyses(target: { ids: $ids }) { results { __typename } } }', { ids });

function detections(count: number) {
  const { tea, coffee } = shop.uuids;
  return Array.from({ length: count }, (_, n) => ({
    itemId: [tea, coffee, null][n % 3]!,
    box: [n * 10, 20, 7 + n, 30 + n] as [number, number, number, number],
  }));
}

test('Task.stats and its shares are those of the analyses, whatever happens to them, folded or not', async () => {
  await expectExact();
  const ids = await submit('here', 'there', 'here', null, 'there', 'here', null, 'here');
  await expectExact();
  for (const [n, id] of ids.slice(0, 5).entries())
    await end(id, { detections: detections(n + 2), ranMs: 1_000 * n + 1 });
  await end(ids[5]!, { failure: 'INTERNAL' });
  await cancel([ids[6]!]);
  // createShop made one more that succeeded.
  expect(await expectExact()).toMatchObject({ total: 9, queued: 1, succeeded: 6, failed: 1, canceled: 1 });
  await foldTasks(sightline.database);
  await expectExact();
  const made = await correct(shop.user, found(`${ids[0]}-0`, item(shop.coffee)), found(`${ids[1]}-1`, noProduct));
  const again = await rerun(shop.user, ids[0]!);
  await end(again, { detections: detections(4), ranMs: 3_333 });
  expect(await expectExact()).toMatchObject({ total: 10, succeeded: 7 });
  await foldTasks(sightline.database);
  await remove(shop.user, made[0]!.id);
  await deleteAll([ids[1]!, ids[5]!]);
  expect(await expectExact()).toMatchObject({ total: 8, succeeded: 6, failed: 0 });
  await foldTasks(sightline.database);
  await expectExact();
});

test('an image that cannot be used counts as failed from its submission on', async () => {
  await submitBatch(shop.user, [{ source: { base64: 'AAAA' }, placeId: 'here' }], { taskId: shop.taskId });
  expect(await expectExact()).toMatchObject({ total: 2, failed: 1 });
});

test('what retention removes is gone, and when all is gone no sums are left', async () => {
  const { db } = sightline.database;
  const ids = await submit('here', null, 'there');
  for (const [n, id] of ids.entries()) await end(id, { detections: detections(n + 3) });
  await correct(shop.user, found(`${ids[0]}-0`, item(shop.coffee)));
  await foldTasks(sightline.database);
  const clean = (days: number) =>
    db.transaction().execute((trx) => removeExpiredAnalyses(trx, shop.organizationId, days, 10));
  await clean(1.5);
  await expectExact();
  expect(await clean(0)).not.toHaveLength(0);
  expect(await expectExact()).toMatchObject({ total: 0, found: [], corrected: [] });
  await foldTasks(sightline.database);
  expect(await expectExact()).toMatchObject({ total: 0, found: [], corrected: [] });
  const { rows } = await sql`
    select organization_id from task_sum where organization_id = ${shop.organizationId}
    union all select organization_id from task_place_sum where organization_id = ${shop.organizationId}`.execute(db);
  expect(rows).toEqual([]);
});

describe('analyses of a version without sums', () => {
  test('are summed once, whatever happens to them before, after and meanwhile', async () => {
    const { db } = sightline.database;
    const ids = await submit('here', 'there', null, 'here', 'here', 'there');
    for (const [n, id] of ids.slice(0, 4).entries()) await end(id, { detections: detections(n + 3) });
    await correct(shop.user, found(`${ids[0]}-0`, item(shop.coffee)));
    await forgetTaskSums(sightline.database);
    // Before: nothing is recorded, and the analyses are read.
    await end(ids[4]!, { failure: 'INTERNAL' });
    await deleteAll([ids[1]!]);
    expect(await read(shop.user, null)).toMatchObject({ total: 6, succeeded: 4, failed: 1, queued: 1 });
    const { rows } = await sql`select from task_sum_change`.execute(db);
    expect(rows).toEqual([]);
    // Meanwhile: the outcome of a transaction that has not committed is recorded by it, or found.
    await Promise.all([
      sumOldAnalyses(db, new AbortController().signal),
      end(ids[5]!, { detections: detections(5) }),
      deleteAll([ids[2]!]),
    ]);
    expect(await expectExact()).toMatchObject({ total: 5, succeeded: 4, failed: 1 });
    await foldTasks(sightline.database);
    await deleteAll([ids[3]!]);
    expect(await expectExact()).toMatchObject({ total: 4, succeeded: 3, failed: 1 });
    expect(await sumOldAnalyses(db, new AbortController().signal)).toBe(0);
  });

  test('are not summed while workers of that version may run', async () => {
    const { db } = sightline.database;
    await forgetTaskSums(sightline.database);
    await sql`update task_sum_backfill set begins_at = now() + interval '1 hour'`.execute(db);
    expect(await sumOldAnalyses(db, new AbortController().signal)).toBe(0);
    expect(await read(shop.user, null)).toMatchObject({ total: 1 });
    expect(await sumOldTasks(sightline.database)).toBeGreaterThan(0);
    expect(await expectExact()).toMatchObject({ total: 1 });
  });

  test('a worker that is about to end one waits for the step that passes it, and then records the end', async () => {
    const { db } = sightline.database;
    const [id] = await submit('here');
    await forgetTaskSums(sightline.database);
    let ending: Promise<void> | undefined;
    await db.transaction().execute(async (trx) => {
      // As a step that has begun.
      await sql`select pg_advisory_xact_lock(hashtext('sightline:sum-old-analyses'))`.execute(trx);
      ending = end(id!, { detections: detections(3) });
      await expect
        .poll(async () => {
          const { rows } = await sql`select from pg_locks where locktype = 'advisory' and not granted`.execute(db);
          return rows.length;
        })
        .toBe(1);
      await sql`update task_sum_backfill set after = 'ffffffff-ffff-ffff-ffff-ffffffffffff'`.execute(trx);
    });
    await ending;
    const { rows } = await sql<{ succeeded: number }>`select succeeded::int from task_sum_change`.execute(db);
    expect(rows).toEqual([{ succeeded: 1 }]);
    await sumOldTasks(sightline.database);
  });
});

test('pages do not follow the number of analyses', async () => {
  const { organizationId, taskId, user } = shop;
  const ids = await submit('here', null);
  for (const id of ids) await end(id, {});
  const { db: explained, pagesOf } = explainQueries(sightline.database);
  const of = { organizationId, taskId: decodeId('task', taskId)!, createdAt: null, narrowing: null };
  const insertMore = () =>
    sql`
    insert into analysis (id, organization_id, task_id, status, priority, pipeline, created_at, started_at, finished_at)
    select gen_random_uuid(), ${organizationId}, ${of.taskId}, 'SUCCEEDED', 0, 'shelf@1', at, at, at
    from (select now() - n * interval '1 minute' as at from generate_series(1, 5000) n) times`.execute(
      sightline.database.db,
    );
  await insertMore();
  await sumOldTasks(sightline.database);
  while ((await foldTasks(sightline.database)) > 0);
  await sightline.database.pool.query('vacuum analyze');
  expect(await pagesOf(() => getTaskStats(explained, of))).toBeLessThan(40);
  expect((await read(user, null)).total).toBe(5003);
});
