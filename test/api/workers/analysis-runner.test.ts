import { sql } from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { beat } from '../../../src/analyses/worker-processes.repository.ts';
import { newId } from '../../../src/ids.ts';
import { createLogger } from '../../../src/log.ts';
import { AnalysisRunner } from '../../../workers/analysis-runner.ts';
import type { WorkerResources } from '../../../workers/resources.ts';
import { ResultWriter } from '../../../workers/result-writer.ts';
import { claimAny } from '../../support/claims.ts';
import { pictureBase64 } from '../../support/pictures.ts';
import { createTask, submitBatch } from '../../support/recognition.ts';
import { startTestSightline, type TestSightline } from '../../support/sightline.ts';
import { createUser } from '../../support/user.ts';

let sightline: TestSightline;
beforeAll(async () => {
  sightline = await startTestSightline();
});
afterAll(() => sightline?.close());

it('gives back what it has leased without knowing, when it was so twice', async () => {
  const { db } = sightline.database;
  const user = createUser({ url: sightline.url, apiKey: sightline.apiKey });
  const base64 = await pictureBase64();
  const images = [{ source: { base64 } }, { source: { base64 } }];
  await submitBatch(user, images, { taskId: await createTask(user) });
  await user.close();

  const workerId = newId();
  await beat(db, { id: workerId, poolIds: [], dataDirId: null, host: 'test', pid: 1, version: '0' }, []);
  let hinted = 0;
  const resources = {
    db,
    pipelines: [],
    logger: createLogger({ level: 'silent', format: 'json' }),
    hints: { eventsWritten: () => hinted++ },
  } as unknown as WorkerResources;
  const runner = new AnalysisRunner(resources, new ResultWriter(resources), { workerId, engines: 1 });
  // The answer of this claim never reaches the runner.
  expect(await claimAny(db, workerId, 10)).toHaveLength(2);
  await sql`update analysis set status = 'RUNNING' where id = (select min(id::text)::uuid from analysis)`.execute(db);
  const states = async () =>
    (await db.selectFrom('analysis').select(['status', 'lease_worker_id as lease']).orderBy('id').execute()).map(
      ({ status, lease }) => [status, lease],
    );

  await runner.reconcile();
  expect(await states()).toEqual([
    ['RUNNING', workerId],
    ['QUEUED', workerId],
  ]);
  expect(hinted).toBe(0);
  await runner.reconcile();
  expect(await states()).toEqual([
    ['QUEUED', null],
    ['QUEUED', null],
  ]);
  expect(hinted).toBe(1);
  const { rows } = await sql<{ state: object }>`
    select state from event where kind = 'ANALYSIS' order by event.xid desc, event.id desc limit 1`.execute(db);
  expect(rows[0]!.state).toMatchObject({ status: 'QUEUED', previousStatus: 'RUNNING' });
});
