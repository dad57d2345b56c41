import { foldStats } from '../src/analyses/statistics/fold.repository.ts';
import { ensureWakeToken } from '../src/analyses/wake-tokens.repository.ts';
import { announcePipelines } from '../src/analyses/worker-pipelines.repository.ts';
import {
  asLeader,
  beat,
  declarePredecessorsDead,
  declareSilentDead,
  type RecoveredWork,
  resign,
  type WorkerProcess,
} from '../src/analyses/worker-processes.repository.ts';
import { ensureEventPartitions, eventDays, pruneEvents } from '../src/events/log.ts';
import { inLogOrder } from '../src/events/order.ts';
import { cleanExports } from '../src/exports/clean-exports.ts';
import { removeOldKeys } from '../src/idempotency/idempotency.repository.ts';
import { endForgottenFetches } from '../src/images/fetching/forgotten-fetches.ts';
import { cleanRetentionJob, countOldAnalysesJob, indexMissedJob } from '../src/jobs/definitions.ts';
import { addJob } from '../src/jobs/jobs.repository.ts';
import { removeEndedTokens } from '../src/organizations/session-tokens.repository.ts';
import type { ReportedEngine } from '../src/system/engines.ts';
import { expireUploads } from '../src/uploads/expire-uploads.ts';
import { removeEnded } from '../src/uploads/expiry.repository.ts';
import type { WorkerResources } from './resources.ts';

const heartbeatMs = 5_000;
const cleaningMs = 3_600_000;
const eventDaysAhead = 7;
/** No upload takes a day; what is older was cut off by a crash. */
const temporaryFileMs = 86_400_000;

export interface Recovery {
  /** A heartbeat at once: what it tells of this worker has changed. */
  beatNow(): void;
  /** No more heartbeats; what this worker still holds is given back. */
  close(): Promise<void>;
}

/**
 * Keeps work from getting lost with the process that held it. Before it resolves, what earlier processes on the same
 * DATA_DIR held is free. From then on this worker says every five seconds that it lives, and whichever worker gets the
 * leader's lock frees what silent ones held; uploads that are overdue, and
 * downloads that were lost, end with it. Each cleans up once an hour.
 *
 * @param options.afterBeat called with every heartbeat, for what the worker itself should look at again.
 */
export async function startRecovery(
  resources: WorkerResources,
  worker: WorkerProcess,
  options: { afterBeat(): Promise<void> },
): Promise<Recovery> {
  const { db, logger } = resources;
  if (worker.dataDirId !== null) {
    const { dataDirId } = worker;
    report(await inLogOrder(db, (trx) => declarePredecessorsDead(trx, dataDirId)));
  }
  await announce();
  await ensureWakeToken(db);
  let lastCleaning = Number.NEGATIVE_INFINITY;
  let beating: Promise<void> = Promise.resolve();
  let cleaning: Promise<void> = Promise.resolve();
  let expiring: Promise<unknown> | null = null;
  let folding: Promise<unknown> | null = null;
  const closing = new AbortController();
  const timer = setInterval(beatNow, heartbeatMs);

  function beatNow(): void {
    beating = beating
      .then(pulse)
      .catch((error: unknown) => logger.warn({ err: error }, 'A heartbeat failed. The next one follows.'));
  }

  async function announce(): Promise<void> {
    await beat(db, worker, engineStates());
    await announcePipelines(
      db,
      resources.pipelines.map(({ key }) => key),
    );
  }

  function engineStates(): ReportedEngine[] {
    return resources.engines.status().map(({ pid: _pid, ...state }) => ({ ...state, host: worker.host }));
  }

  function report(recovered: RecoveredWork | null): void {
    if (!recovered || recovered.workers === 0) return;
    logger.info({ ...recovered }, 'Returned the work of dead workers to the queue.');
    resources.hints.eventsWritten();
  }

  /** What takes its time, as removing bytes does, goes on beside it: a worker that is silent for too long is taken for dead. */
  async function pulse(): Promise<void> {
    await announce();
    report(await asLeader(db, declareSilentDead));
    await options.afterBeat();
    expiring ??= expireUploads(resources)
      .catch((error: unknown) =>
        logger.warn({ err: error }, 'Overdue uploads could not be ended. The next heartbeat tries again.'),
      )
      .finally(() => {
        expiring = null;
      });
    folding ??= foldStats(db, closing.signal)
      .catch((error: unknown) => logger.warn({ err: error }, 'Statistics could not be summed; the next try is due.'))
      .finally(() => {
        folding = null;
      });
    await endForgottenFetches(resources);
    await ensureWakeToken(db);
    if (performance.now() - lastCleaning < cleaningMs) return;
    lastCleaning = performance.now();
    cleaning = clean().catch((error: unknown) =>
      logger.warn({ err: error }, 'Cleaning failed. The next attempt is in an hour.'),
    );
  }

  async function clean(): Promise<void> {
    await ensureEventPartitions(db, eventDaysAhead);
    // It gives way to whoever reads the log, and all else would wait another hour with it.
    await pruneEvents(db, eventDays).catch((error: unknown) =>
      logger.warn({ err: error }, 'Old events could not be removed. The next attempt is in an hour.'),
    );
    await resources.blobs.sweep(temporaryFileMs);
    await cleanExports(resources);
    await addJob(db, cleanRetentionJob, { payload: {} });
    await addJob(db, countOldAnalysesJob, { payload: {} });
    await addJob(db, indexMissedJob, { payload: {} });
    await removeOldKeys(db);
    await removeEnded(db);
    await removeEndedTokens(db);
  }

  return {
    beatNow,
    async close() {
      clearInterval(timer);
      closing.abort();
      await beating;
      await cleaning;
      await expiring;
      await folding;
      const { released } = await inLogOrder(db, (trx) => resign(trx, worker));
      if (released === 0) return;
      logger.info({ released }, 'Returned unfinished analyses to the queue.');
      resources.hints.eventsWritten();
      await ensureWakeToken(db);
    },
  };
}
