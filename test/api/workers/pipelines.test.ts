import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { claimAnalyses } from '../../../src/analyses/claims.repository.ts';
import { announcePipelines } from '../../../src/analyses/worker-pipelines.repository.ts';
import { beat } from '../../../src/analyses/worker-processes.repository.ts';
import { newId } from '../../../src/ids.ts';
import { pictureBase64 } from '../../support/pictures.ts';
import { createTask, submitBatch } from '../../support/recognition.ts';
import { startTestSightline, type TestSightline } from '../../support/sightline.ts';
import { createUser } from '../../support/user.ts';

let sightline: TestSightline;
beforeAll(async () => {
  sightline = await startTestSightline();
});
afterAll(() => sightline?.close());

test('a worker leaves what only others have the pipeline for, until nobody has had it for ten minutes', async () => {
  const { db } = sightline.database;
  const user = createUser(sightline);
  await submitBatch(user, [{ source: { base64: await pictureBase64() } }], { taskId: await createTask(user) });
  await user.close();
  const { pipeline } = await db.selectFrom('analysis').select('pipeline').executeTakeFirstOrThrow();
  const id = newId();
  await beat(db, { id, poolIds: [], dataDirId: null, livenessKey: null, host: 'test', pid: 1, version: '0' }, []);
  const claimedBy = async (pipelines: string[]) => {
    const claimed = await claimAnalyses(db, { id, pipelines, after: null }, 10);
    await db.updateTable('analysis').set({ lease_worker_id: null }).execute();
    return claimed.length;
  };
  const ago = (minutes: number) => sql<Date>`now() - ${minutes} * interval '1 minute'`;

  expect(await claimedBy([pipeline])).toBe(1);
  // Nobody has said that they have it: they may still be starting.
  expect(await claimedBy(['shelf@0'])).toBe(0);
  await db
    .updateTable('analysis')
    .set({ created_at: ago(11) })
    .execute();
  await announcePipelines(db, [pipeline, 'shelf@0']);
  expect(await claimedBy(['shelf@0'])).toBe(0);
  // Announced again within a minute and after it.
  await db
    .updateTable('worker_pipeline')
    .set({ seen_at: ago(9) })
    .execute();
  expect(await claimedBy(['shelf@0'])).toBe(0);
  await db
    .updateTable('worker_pipeline')
    .set({ seen_at: ago(11) })
    .execute();
  expect(await claimedBy(['shelf@0'])).toBe(1);
  await announcePipelines(db, [pipeline]);
  expect(await claimedBy(['shelf@0'])).toBe(0);
});
