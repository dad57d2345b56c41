import { foldStats } from '../src/analyses/statistics/fold.repository.ts';
import { rollUpStats } from '../src/analyses/statistics/roll-up.repository.ts';
import { foldTaskSums } from '../src/analyses/task-sums/fold.repository.ts';
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
import { storeOldPlaces } from '../src/batches/old-places.repository.ts';
import { cleanImports } from '../src/catalog/imports/stop-import.ts';
import { removeOldItemChanges } from '../src/catalog/item-matrix.repository.ts';
import type { LivenessLock } from '../src/database/liveness-lock.ts';
import { ensureEventPartitions, eventDays, pruneEvents } from '../src/events/log.ts';
import { inLogOrder } from '../src/events/order.ts';
import { cleanExports } from '../src/exports/clean-exports.ts';
import { removeOldKeys } from '../src/idempotency/idempotency.repository.ts';
import { endForgottenFetches } from '../src/images/fetching/forgotten-fetches.ts';
import { orderRemovals } from '../src/images/removal/order-removals.ts';
import { cleanRetentionJob, countOldAnalysesJob, indexMissedJob } from '../src/jobs/definitions.ts';
import { addJob } from '../src/jobs/jobs.repository.ts';
import { removeEndedTokens } from '../src/organizations/session-tokens.repository.ts';
import { storeOldTimes } from '../src/places/old-times.repository.ts';
import type { ReportedEngine } from '../src/system/engines.ts';
import { expireUploads } from '../src/uploads/expire-uploads.ts';
import { removeEnded } from '../src/uploads/expiry.repository.ts';
import { closeIdleVisits } from '../src/visits/close-visits.ts';
import { removeEmptyVisits } from '../src/visits/visits.repository.ts';
import { runWholeBackfill } from './backfill.ts';
import { inBackground } from './background-work.ts';
import type { WorkerResources } from './resources.ts';
import { recoverVideos } from './videos/recover-videos.ts';
import { watchConnections } from './watch-connections.ts';

const heartbeatMs = 5_000;
const connectionCheckMs = 1_000;
const cleaningMs = 3_600_000;
const eventDaysAhead = 7;
/** No upload takes a day; older files were left by a crash. */
const temporaryFileMs = 86_400_000;

export interface Recovery {
  /** Sends a heartbeat at once, because what it reports has changed. */
  beatNow(): void;
  /** Stops the heartbeats and releases what this worker still holds. */
  close(): Promise<void>;
}

/**
 * Prevents work from being lost with the process that held it. Before this resolves, work of earlier processes on the same DATA_DIR
 * has been released. From then on this worker sends a heartbeat every five seconds, and the worker with the leader lock releases
 * the work of silent ones. Every second it looks for workers whose connection has ended. A heartbeat also ends overdue uploads and
 * lost downloads. Each worker cleans up once an hour.
 * @param options.liveness the lock that shows others that this worker lives.
 * @param options.afterBeat called with every heartbeat, for checks of the worker itself.
 */
export async function startRecovery(
  resources: WorkerResources,
  worker: WorkerProcess,
  { liveness, afterBeat }: { liveness: LivenessLock; afterBeat(): Promise<void> },
): Promise<Recovery> {
  const { db, logger } = resources;
  if (worker.dataDirId !== null) {
    const { dataDirId } = worker;
    report(await inLogOrder(db, (trx) => declarePredecessorsDead(trx, dataDirId)), 'restarted');
  }
  let announced: Promise<void> = Promise.resolve();
  // At once: others that find the lock free would declare this worker dead.
  liveness.onChange(() => {
    announce().catch((error: unknown) => logger.warn({ err: error }, 'A heartbeat failed. The next one follows.'));
  });
  await announce();
  await ensureWakeToken(db);
  await recoverVideos(resources);
  let lastCleaning = Number.NEGATIVE_INFINITY;
  let beating: Promise<void> = Promise.resolve();
  const closing = new AbortController();
  // Slow work, such as removing bytes, is not awaited, because a worker that is silent for too long is declared dead.
  const expiring = inBackground(() => expireUploads(resources), {
    logger,
    failed: 'Overdue uploads could not be ended. The next heartbeat tries again.',
  });
  const folding = inBackground(fold, {
    logger,
    failed: 'Statistics could not be summed. The next heartbeat tries again.',
  });
  const cleaning = inBackground(clean, { logger, failed: 'Cleaning failed. The next attempt is in an hour.' });
  const findDead = watchConnections(resources, liveness);
  const watching = inBackground(takeOverDisconnected, {
    logger,
    failed: 'The connections of other workers could not be checked. The next check is in a second.',
  });
  const timer = setInterval(beatNow, heartbeatMs);
  const watchTimer = setInterval(watching.start, connectionCheckMs);

  function beatNow(): void {
    beating = beating
      .then(pulse)
      .catch((error: unknown) => logger.warn({ err: error }, 'A heartbeat failed. The next one follows.'));
  }

  /** One after the other: an older heartbeat that overtakes a newer one would name a lock that is not held any more. */
  function announce(): Promise<void> {
    announced = announced.catch(() => undefined).then(sendHeartbeat);
    return announced;
  }

  async function sendHeartbeat(): Promise<void> {
    await beat(db, worker, engineStates());
    await announcePipelines(
      db,
      resources.pipelines.map(({ key }) => key),
    );
  }

  function engineStates(): ReportedEngine[] {
    return resources.engines.status().map(({ pid: _pid, ...state }) => ({ ...state, host: worker.host }));
  }

  function report(recovered: RecoveredWork | null, reason: 'restarted' | 'disconnected' | 'silent'): boolean {
    if (!recovered || recovered.workers === 0) return false;
    logger.info({ ...recovered, reason }, 'Returned the work of dead workers to the queue.');
    resources.hints.eventsWritten();
    return true;
  }

  async function takeOverDisconnected(): Promise<void> {
    if (!report(await findDead(), 'disconnected')) return;
    await ensureWakeToken(db);
    await recoverVideos(resources);
  }

  async function pulse(): Promise<void> {
    await announce();
    report(await asLeader(db, declareSilentDead), 'silent');
    await afterBeat();
    expiring.start();
    folding.start();
    await closeIdleVisits(resources, resources.config.visitIdleMinutes);
    await endForgottenFetches(resources);
    await orderRemovals(db);
    await ensureWakeToken(db);
    await recoverVideos(resources);
    if (performance.now() - lastCleaning < cleaningMs) return;
    lastCleaning = performance.now();
    cleaning.start();
  }

  async function fold(): Promise<void> {
    await foldStats(db, closing.signal);
    await foldTaskSums(db, closing.signal);
  }

  async function clean(): Promise<void> {
    await ensureEventPartitions(db, eventDaysAhead);
    // It fails when the log is busy, and everything else would then wait for another hour.
    await pruneEvents(db, eventDays).catch((error: unknown) =>
      logger.warn({ err: error }, 'Old events could not be removed. The next attempt is in an hour.'),
    );
    await resources.blobs.sweep(temporaryFileMs);
    await cleanExports(resources);
    await cleanImports(resources);
    await addJob(db, cleanRetentionJob, { payload: {} });
    await addJob(db, countOldAnalysesJob, { payload: {} });
    await addJob(db, indexMissedJob, { payload: {} });
    await removeOldKeys(db);
    await removeEnded(db);
    await removeEndedTokens(db);
    await removeEmptyVisits(db);
    await removeOldItemChanges(db);
    const periods = await rollUpStats(db, closing.signal);
    if (periods > 0) logger.debug({ periods }, 'Statistics were summed by hours and days.');
    await runWholeBackfill(resources, 'places of batches', (stop) => storeOldPlaces(db, stop), closing.signal);
    await runWholeBackfill(resources, 'times of pictures', (stop) => storeOldTimes(db, stop), closing.signal);
  }

  return {
    beatNow,
    async close() {
      clearInterval(timer);
      clearInterval(watchTimer);
      liveness.onChange(() => undefined);
      closing.abort();
      await beating;
      await announced.catch(() => undefined);
      await watching.ended();
      await cleaning.ended();
      await expiring.ended();
      await folding.ended();
      const { released } = await inLogOrder(db, (trx) => resign(trx, worker));
      if (released === 0) return;
      logger.info({ released }, 'Returned unfinished analyses to the queue.');
      resources.hints.eventsWritten();
      await ensureWakeToken(db);
    },
  };
}
