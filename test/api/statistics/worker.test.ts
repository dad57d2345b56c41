import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { foldStats } from '../../../src/analyses/statistics/fold.repository.ts';
import { decodeId } from '../../../src/ids.ts';
import { pictureBase64 } from '../../support/pictures.ts';
import { createTask, submitBatch } from '../../support/recognition.ts';
import { startTestSightline, type TestSightline } from '../../support/sightline.ts';
import { createUser, type User } from '../../support/user.ts';
import { startWorkerBeside } from '../../support/worker-beside.ts';
import { readTotal } from './client.ts';

let sightline: TestSightline;
let user: User;
beforeAll(async () => {
  sightline = await startTestSightline();
  user = createUser(sightline);
});
afterAll(async () => {
  await user.close();
  await sightline.close();
});

async function submit(): Promise<string> {
  const source = { base64: await pictureBase64() };
  return (await submitBatch(user, [{ source }], { taskId: await createTask(user) })).ids[0]!;
}

async function countChanges(): Promise<number> {
  const { rows } = await sql<{ count: number }>`select count(*)::int as count from analysis_stats_change`.execute(
    sightline.database.db,
  );
  return rows[0]!.count;
}

test('changes wait until they are many or old', async () => {
  const { db } = sightline.database;
  await submit();
  expect(await foldStats(db)).toBe(0);
  await sql`update analysis_stats_change set created_at = now() - interval '2 minutes'`.execute(db);
  expect(await foldStats(db)).toBe(1);
  await submit();
  await sql`
    insert into analysis_stats_change (organization_id, bucket_at, task_id, submitted, succeeded, failed, canceled, expired, facings,
      duration_ms, latencies, failures, item_analyses, item_facings)
    select organization_id, bucket_at, task_id, 0, 0, 0, 0, 0, 0, 0, '{}', '{}', '{}', '{}'
    from analysis_stats_change, generate_series(1, 1500)`.execute(db);
  expect(await foldStats(db)).toBe(1_501);
  expect(await countChanges()).toBe(0);
  expect(await readTotal(user)).toMatchObject({ total: 2 });
});

test('a worker adds changes up, and counts what a version without statistics left', async () => {
  const { db } = sightline.database;
  const old = decodeId('analysis', await submit());
  await sql`delete from analysis_stats_change`.execute(db);
  await sql`update analysis set counted = null, status = 'CANCELED', finished_at = now() where id = ${old}`.execute(db);
  const before = (await readTotal(user)).total;
  await startWorkerBeside(sightline, { engines: 0 });
  const wait = { timeout: 30_000, interval: 100 };
  await expect.poll(async () => (await readTotal(user)).canceled, wait).toBe(1);
  expect((await readTotal(user)).total).toBe(before + 1);
  await sql`update analysis_stats_change set created_at = now() - interval '2 minutes'`.execute(db);
  await expect.poll(countChanges, wait).toBe(0);
  expect(await readTotal(user)).toMatchObject({ total: before + 1, canceled: 1 });
});
