import { onTestFinished } from 'vitest';
import { loadConfig } from '../../../src/config.ts';
import { createHints } from '../../../src/events/hints.ts';
import { createLogger } from '../../../src/log.ts';
import { loadPipelines } from '../../../src/models/load-pipelines.ts';
import { openDirectoryStore } from '../../../src/storage/directory-store.ts';
import type { ForkEngine } from '../../../workers/engines/pool/fork-engine.ts';
import { startEnginePool } from '../../../workers/engines/pool/pool.ts';
import { startWorker } from '../../../workers/worker.ts';
import type { TestSightline } from '../../support/sightline.ts';

/** A worker beside a test's api, in this process, with engines of the test's own making. */
export async function startWorkerBeside(api: TestSightline, fork: ForkEngine): Promise<void> {
  const { url, db, pool } = api.database;
  const config = loadConfig({ DATABASE_URL: url, DATA_DIR: api.dataDir });
  const logger = createLogger({ level: process.env.TEST_LOG_LEVEL ?? 'silent', format: 'json' });
  const engines = startEnginePool({
    modelsDir: config.modelsDir,
    engines: 1,
    threads: 1,
    maxImagePixels: config.maxImagePixels,
    queueLimit: 100,
    logger,
    fork,
  });
  onTestFinished(() => engines.close(0));
  const hints = createHints({ db, listenUrl: url, logger });
  onTestFinished(() => hints.close());
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
    { dataDirId: null, engineCount: 1 },
  );
  onTestFinished(() => worker.close(0));
}
