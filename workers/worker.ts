import { hostname } from 'node:os';
import type { WorkerProcess } from '../src/analyses/worker-processes.repository.ts';
import type { LivenessLock } from '../src/database/liveness-lock.ts';
import { newId } from '../src/ids.ts';
import { version } from '../src/version.ts';
import { AnalysisRunner } from './analysis-runner.ts';
import { StoredItemFeatures } from './item-features.ts';
import { ItemMatrices } from './item-matrices.ts';
import { taskListOf } from './job-handler.ts';
import { jobHandlers } from './job-handlers.ts';
import { type JobRunner, startJobRunner } from './job-runner.ts';
import { openSlots } from './job-slots.ts';
import { type Recovery, startRecovery } from './recovery.ts';
import type { WorkerResources } from './resources.ts';
import { ResultWriter } from './result-writer.ts';
import { StoredPictures } from './stored-pictures.ts';
import { VideoRunner } from './videos/video-runner.ts';

export interface Worker {
  id: string;
  /** Number of analyses that it holds now. */
  heldCount(): number;
  /** Takes no more work, lets running work finish for up to `graceMs`, and releases the rest. */
  close(graceMs: number): Promise<void>;
}

/** Starts to take jobs. The caller starts and closes the engines. */
export async function startWorker(
  resources: WorkerResources,
  options: { dataDirId: string | null; engineCount: number; liveness: LivenessLock },
): Promise<Worker> {
  const { hints, logger } = resources;
  const { liveness } = options;
  const writer = new ResultWriter(resources);
  const stop = new AbortController();
  const id = newId();
  const pictures = new StoredPictures(resources);
  const shared = {
    workerId: id,
    engines: options.engineCount,
    matrices: new ItemMatrices(resources.db),
    features: new StoredItemFeatures(resources.db),
  };
  const runner = new AnalysisRunner(resources, writer, { ...shared, pictures });
  const videos = new VideoRunner(resources, { ...shared, leave: stop.signal });
  // A lease refers to its worker, so a chunk waits until this worker is in the database.
  const registered = Promise.withResolvers<void>();
  const onRestart = () =>
    void registered.promise.then(() => {
      if (!stop.signal.aborted) recovery.beatNow();
    });
  const runners: JobRunner[] = [];
  const worker: WorkerProcess = {
    id,
    get poolIds() {
      return runners.map((jobs) => jobs.poolId);
    },
    dataDirId: options.dataDirId,
    get livenessKey() {
      return liveness.key;
    },
    host: hostname(),
    pid: process.pid,
    version,
  };
  const handlers = jobHandlers({
    resources,
    pictures,
    runner,
    videos,
    registered: registered.promise,
    leave: stop.signal,
  });
  let recovery: Recovery;
  try {
    for (const { concurrency, jobs } of openSlots(resources))
      runners.push(await startJobRunner(resources, { concurrency, taskList: taskListOf(jobs, handlers), onRestart }));
    const afterBeat = async () => {
      await runner.reconcile();
      await videos.reconcile();
      await pictures.dropGone();
    };
    recovery = await startRecovery(resources, worker, { liveness, afterBeat });
  } catch (error) {
    stop.abort();
    // Chunks wait for it; after `stop` they claim nothing.
    registered.resolve();
    await Promise.all(runners.map((jobs) => jobs.stop()));
    throw error;
  }
  registered.resolve();
  const ignoreCanceled = hints.on('jobsCanceled', () => {
    Promise.all([runner.dropLost(), videos.dropLost(), pictures.dropGone()]).catch((error: unknown) =>
      logger.warn(
        { err: error },
        'Cancelled analyses and deleted pictures could not be looked up. The next heartbeat tries again.',
      ),
    );
  });

  return {
    id,
    heldCount: () => runner.heldCount + videos.heldCount,
    async close(graceMs) {
      ignoreCanceled();
      stop.abort();
      const overdue = setTimeout(() => {
        runner.abortAll();
        void resources.engines.close(0);
      }, graceMs);
      await Promise.all(runners.map((jobs) => jobs.stop()));
      clearTimeout(overdue);
      await writer.close();
      await recovery.close();
    },
  };
}
