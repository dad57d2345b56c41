import { onTestFinished } from 'vitest';
import { loadConfig } from '../../src/config.ts';
import { LivenessLock } from '../../src/database/liveness-lock.ts';
import { createHints } from '../../src/events/hints.ts';
import { createLogger } from '../../src/log.ts';
import { loadPipelines } from '../../src/models/load-pipelines.ts';
import { openDirectoryStore } from '../../src/storage/directory-store.ts';
import { type EnginePoolOptions, startEnginePool } from '../../workers/engines/pool/pool.ts';
import { startWorker, type Worker } from '../../workers/worker.ts';
import type { TestSightline } from './sightline.ts';

/** A worker beside a test's api, in this process, with engines, and a log, of the test's own making. The end of the test closes it. */
export async function startWorkerBeside(api: TestSightline, options: Partial<EnginePoolOptions>): Promise<Worker> {
  const { url, db, pool } = api.database;
  const config = loadConfig({ DATABASE_URL: url, DATA_DIR: api.dataDir });
  const logger = options.logger ?? createLogger({ level: process.env.TEST_LOG_LEVEL ?? 'silent', format: 'json' });
  const engines = startEnginePool({
    modelsDir: config.modelsDir,
    engines: 1,
    threads: 1,
    maxImagePixels: config.maxImagePixels,
    queueLimit: 100,
    logger,
    ...options,
  });
  onTestFinished(() => engines.close(0));
  const liveness = new LivenessLock();
  const hints = createHints({ db, listenUrl: url, session: liveness, logger });
  onTestFinished(() => hints.close());
  await hints.start();
  const worker = await startWorker(
    {
      config,
      logger,
      db,
      pool,
      engines,
      hints,
      blobs: await openDirectoryStore(`${api.dataDir}/blobs`),
      pipelines: await loadPipelines(config.modelsDir),
    },
    { dataDirId: null, engineCount: 1, liveness },
  );
  onTestFinished(() => worker.close(0));
  return worker;
}
