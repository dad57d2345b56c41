import { EventEmitter } from 'node:events';
import { Logger as GraphileLogger, run, type TaskList, type WorkerEvents } from 'graphile-worker';
import { unlockJobs } from '../src/jobs/jobs.repository.ts';
import type { Logger } from '../src/log.ts';
import { retrying } from '../src/shared/backoff.ts';
import { EnginePoolClosedError } from './engines/pool/pool.ts';
import type { WorkerResources } from './resources.ts';

const restartDelays = { firstMs: 1_000, longestMs: 1_000 };
/** For the other jobs of a pool that cannot write the end of one. One that takes longer may run a second time beside itself. */
const fatalGraceMs = 10_000;

export interface JobRunnerOptions {
  /** Number of jobs at a time. */
  concurrency: number;
  taskList: TaskList;
  /** Called when `poolId` has changed; the old pool no longer has any jobs locked. */
  onRestart(): void;
}

export interface JobRunner {
  /** The value that graphile-worker currently writes into `locked_by` of its jobs. */
  readonly poolId: string;
  /** Takes no more jobs and waits for running ones. */
  stop(): Promise<void>;
}

/**
 * Takes jobs until it is stopped. graphile-worker 0.18.0 stops for good when it cannot write the end of a job, for which one lost
 * connection is enough (it tries its batches once, whatever the retry options are). Then a new one is started, and the jobs that
 * the old one has locked are unlocked.
 */
export async function startJobRunner(resources: WorkerResources, options: JobRunnerOptions): Promise<JobRunner> {
  const { logger } = resources;
  const stopping = new AbortController();
  let current = await startPool(resources, options);
  const watching = watch();

  async function watch(): Promise<void> {
    for (;;) {
      await current.ended;
      if (stopping.signal.aborted) return;
      logger.warn({ pool: current.id }, 'The job queue stopped unexpectedly. Starting it again.');
      const next = await replace(resources, options, current.id, stopping.signal);
      if (next === null) return;
      current = next;
      if (stopping.signal.aborted) await current.stop();
      else options.onRestart();
    }
  }

  return {
    get poolId() {
      return current.id;
    },
    async stop() {
      stopping.abort();
      await current.stop();
      await watching;
    },
  };
}

interface Pool {
  id: string;
  /** Never rejects. */
  ended: Promise<void>;
  stop(): Promise<void>;
}

/** @returns null if stopped before it succeeded. */
async function replace(
  resources: WorkerResources,
  options: JobRunnerOptions,
  deadPoolId: string,
  stop: AbortSignal,
): Promise<Pool | null> {
  const attempt = async () => {
    await unlockJobs(resources.db, [deadPoolId]);
    return startPool(resources, options);
  };
  return retrying(attempt, {
    ...restartDelays,
    isTemporary: () => true,
    onRetry: (err) => resources.logger.warn({ err }, 'The job queue cannot be reached. Trying again.'),
    signal: stop,
  }).catch(() => null);
}

async function startPool(
  { pool, logger }: WorkerResources,
  { concurrency, taskList }: JobRunnerOptions,
): Promise<Pool> {
  const events: WorkerEvents = new EventEmitter();
  const created = new Promise<string>((resolve) => {
    events.once('pool:create', ({ workerPool }) => resolve(workerPool.id));
  });
  const runner = await run({
    pgPool: pool,
    concurrency,
    taskList,
    // Otherwise it looks for a file named crontab in the working directory.
    parsedCronItems: [],
    events,
    logger: graphileLogger(logger),
    noHandleSignals: true,
    noPreparedStatements: true,
    // Our own grace period ends jobs; a second one in the library could end earlier.
    gracefulShutdownAbortTimeout: 2_000_000_000,
    // Not only for speed: without the delays, a failure to write is a promise that is not awaited, which ends the process.
    preset: { worker: { completeJobBatchDelay: 0, failJobBatchDelay: 0 } },
  });
  const stopped = runner.promise.catch((error: unknown) => {
    logger.warn({ err: error }, 'The job queue did not stop cleanly.');
  });
  // After such an error the runner may wait for ever for a batch that nothing ends any more (graphile-worker 0.18.0, `batch`).
  const failed = new Promise<void>((resolve) => {
    events.once('pool:fatalError', () => setTimeout(resolve, fatalGraceMs));
  });
  const ended = Promise.race([stopped, failed]);
  return {
    id: await created,
    ended,
    async stop() {
      // It rejects if it is already stopping, and may never settle after a fatal error. `ended` covers all three.
      runner.stop().catch((error: unknown) => logger.debug({ err: error }, 'The job queue is already stopping.'));
      await ended;
    },
  };
}

/**
 * graphile-worker's own log lines, at debug: the jobs log what matters themselves. A job that waited for an engine when the server
 * stopped has not failed: it is done after the next start, or by another worker.
 */
function graphileLogger(logger: Logger): GraphileLogger {
  return new GraphileLogger((scope) => (level, message, meta) => {
    const failed = level === 'error' && !(meta?.error instanceof EnginePoolClosedError);
    logger[failed ? 'error' : 'debug']({ ...scope, ...(failed ? meta : {}) }, message);
  });
}
