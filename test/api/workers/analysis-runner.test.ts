import { fileURLToPath } from 'node:url';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { beat } from '../../../src/analyses/worker-processes.repository.ts';
import { newId } from '../../../src/ids.ts';
import { createLogger } from '../../../src/log.ts';
import { loadPipelines } from '../../../src/models/load-pipelines.ts';
import { AnalysisRunner } from '../../../workers/analysis-runner.ts';
import type { AnalyzeJob, JobHooks } from '../../../workers/engines/pool/pool.ts';
import { StoredItemFeatures } from '../../../workers/item-features.ts';
import { ItemMatrices } from '../../../workers/item-matrices.ts';
import type { WorkerResources } from '../../../workers/resources.ts';
import { ResultWriter } from '../../../workers/result-writer.ts';
import { StoredPictures } from '../../../workers/stored-pictures.ts';
import { claimAny } from '../../support/claims.ts';
import { pictureBase64 } from '../../support/pictures.ts';
import { createTask, submitBatch } from '../../support/recognition.ts';
import { startTestSightline, type TestSightline } from '../../support/sightline.ts';
import { createUser } from '../../support/user.ts';

const modelsDir = fileURLToPath(new URL('../../../models', import.meta.url));
let sightline: TestSightline;
beforeAll(async () => {
  sightline = await startTestSightline();
});
afterAll(() => sightline?.close());

test('gives back what it has leased without knowing, when it was so twice', async () => {
  const { db } = sightline.database;
  const user = createUser({ url: sightline.url, apiKey: sightline.apiKey });
  const base64 = await pictureBase64();
  const images = [{ source: { base64 } }, { source: { base64 } }];
  await submitBatch(user, images, { taskId: await createTask(user) });
  await user.close();

  const workerId = newId();
  await beat(
    db,
    { id: workerId, poolIds: [], dataDirId: null, livenessKey: null, host: 'test', pid: 1, version: '0' },
    [],
  );
  let hinted = 0;
  const resources = {
    db,
    pipelines: [],
    logger: createLogger({ level: 'silent', format: 'json' }),
    hints: { eventsWritten: () => hinted++ },
  } as unknown as WorkerResources;
  const runner = new AnalysisRunner(resources, new ResultWriter(resources), {
    workerId,
    engines: 1,
    pictures: new StoredPictures(resources),
    matrices: new ItemMatrices(db),
    features: new StoredItemFeatures(db),
  });
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

test('gives an analysis back whose items cannot be read because the database is away, and fails it for no such reason', async () => {
  const user = createUser({ url: sightline.url, apiKey: sightline.apiKey });
  const source = { base64: await pictureBase64() };
  const { ids } = await submitBatch(user, [{ source }], { taskId: await createTask(user) });
  const statusOf = async () => (await user.run(`{ node(id: "${ids[0]}") { ... on Analysis { status } } }`)).node.status;
  let fault: Error | null = null;
  const db = sightline.database.db.withPlugin({
    transformQuery({ node }) {
      if (fault) throw fault;
      return node;
    },
    transformResult: async ({ result }) => result,
  });
  const runAgain = async (error: Error) => {
    const workerId = newId();
    await beat(
      db,
      { id: workerId, poolIds: [], dataDirId: null, livenessKey: null, host: 'test', pid: 1, version: '0' },
      [],
    );
    const resources = {
      db,
      pipelines: await loadPipelines(modelsDir),
      blobs: { localFile: async () => '/nowhere', has: async () => true },
      logger: createLogger({ level: 'silent', format: 'json' }),
      hints: { eventsWritten: () => {} },
      engines: {
        // As an engine does that is told nothing.
        analyze: async (_job: AnalyzeJob, hooks: JobHooks) => {
          fault = error;
          await hooks.findFeatures!('local-features@1', [{ itemId: newId(), pictureId: newId() }]).catch(() => {});
          fault = null;
          return { ok: false, attempts: 1, failure: { code: 'INTERNAL', message: 'Unread.', retryable: true } };
        },
      },
    } as unknown as WorkerResources;
    const writer = new ResultWriter(resources);
    const runner = new AnalysisRunner(resources, writer, {
      workerId,
      engines: 1,
      pictures: new StoredPictures(resources),
      matrices: new ItemMatrices(db),
      features: new StoredItemFeatures(db),
    });
    await runner.runChunk(new AbortController().signal);
    await writer.close();
    return runner;
  };
  const away = await runAgain(Object.assign(new Error('The connection ended.'), { code: 'ECONNRESET' }));
  expect(await statusOf()).toBe('QUEUED');
  await away.reconcile();
  await away.reconcile();
  await runAgain(new Error('Something else.'));
  expect(await statusOf()).toBe('FAILED');
  await user.close();
});
