import { hostname } from 'node:os';
import type { TaskList } from 'graphile-worker';
import type { WorkerProcess } from '../src/analyses/worker-processes.repository.ts';
import { newId } from '../src/ids.ts';
import { version } from '../src/version.ts';
import { AnalysisRunner } from './analysis-runner.ts';
import { type JobRunner, startJobRunner } from './job-runner.ts';
import { analyzeTask } from './jobs/analyze.ts';
import { cleanRetentionTask } from './jobs/clean-retention.ts';
import { describeExampleTask } from './jobs/describe-example.ts';
import { exportAnalysesTask } from './jobs/export-analyses.ts';
import { fetchImagesTask } from './jobs/fetch-images.ts';
import { indexCatalogItemTask } from './jobs/index-catalog-item.ts';
import { indexImagesTask } from './jobs/index-images.ts';
import { indexMissedTask } from './jobs/index-missed.ts';
import { receiveUploadTask } from './jobs/receive-upload.ts';
import { renderImageTask } from './jobs/render-image.ts';
import { type Recovery, startRecovery } from './recovery.ts';
import type { WorkerResources } from './resources.ts';
import { ResultWriter } from './result-writer.ts';

/**
 * Two chunks at a time, so that engines find the next one waiting when one ends. Other jobs have slots of their own, in a
 * runner of their own: they are short, and would wait behind chunks of minutes.
 */
const chunkConcurrency = 2;
const choreConcurrency = 3;
/** Exports take minutes: several at once would only take memory, and among the chores they would take all slots. */
const exportConcurrency = 1;
/** They wait in the engines behind every analysis, and would keep the slots of chores meanwhile. */
const indexConcurrency = 1;
/** Uploads that are looked for in a bucket, and read when they have come. A bucket that is slow holds up nothing else. */
const arrivalConcurrency = 4;
/** Hosts that pictures are fetched from at the same time. These jobs wait for other people's servers, up to 20 s each. */
const fetchConcurrency = 8;

export interface Worker {
  id: string;
  /** Analyses that it holds right now. */
  heldCount(): number;
  /** Takes no more work, finishes what runs for up to `graceMs`, gives the rest back. */
  close(graceMs: number): Promise<void>;
}

/** Starts to take jobs. The engines are started, and closed, by the caller. */
export async function startWorker(
  resources: WorkerResources,
  options: { dataDirId: string | null; engineCount: number },
): Promise<Worker> {
  const { hints, logger } = resources;
  const writer = new ResultWriter(resources);
  const stop = new AbortController();
  const id = newId();
  const runner = new AnalysisRunner(resources, writer, { workerId: id, engines: options.engineCount });
  // A lease names its worker, so a chunk waits until this one is known.
  const registered = Promise.withResolvers<void>();
  const onRestart = () =>
    void registered.promise.then(() => {
      if (!stop.signal.aborted) recovery.beatNow();
    });
  const runners: JobRunner[] = [];
  const start = async (concurrency: number, taskList: TaskList) =>
    void runners.push(await startJobRunner(resources, { concurrency, taskList, onRestart }));
  const worker: WorkerProcess = {
    id,
    get poolIds() {
      return runners.map((jobs) => jobs.poolId);
    },
    dataDirId: options.dataDirId,
    host: hostname(),
    pid: process.pid,
    version,
  };
  const fetchTask = { fetch_images: fetchImagesTask(resources, stop.signal) };
  const isFetching = resources.config.urlIngest !== null;
  let recovery: Recovery;
  try {
    await start(chunkConcurrency, {
      analyze: analyzeTask(resources, runner, { registered: registered.promise, stop: stop.signal }),
    });
    await start(choreConcurrency, {
      // What is left from when URL_INGEST was on is refused in no time.
      ...(isFetching ? {} : fetchTask),
      clean_retention: cleanRetentionTask(resources, stop.signal),
      describe_example: describeExampleTask(resources),
      index_catalog_item: indexCatalogItemTask(resources),
      index_missed: indexMissedTask(resources, stop.signal),
      render_image: renderImageTask(resources),
    });
    await start(exportConcurrency, { export_analyses: exportAnalysesTask(resources, stop.signal) });
    await start(indexConcurrency, { index_images: indexImagesTask(resources, stop.signal) });
    if (isFetching) await start(fetchConcurrency, fetchTask);
    // Also with UPLOADS_DIRECT off by now: the api may have it on, or had.
    if (resources.blobs.directUploads)
      await start(arrivalConcurrency, { receive_upload: receiveUploadTask(resources) });
    recovery = await startRecovery(resources, worker, { afterBeat: () => runner.reconcile() });
  } catch (error) {
    stop.abort();
    // Chunks wait for it; with `stop` fired they claim nothing.
    registered.resolve();
    await Promise.all(runners.map((jobs) => jobs.stop()));
    throw error;
  }
  registered.resolve();
  const ignoreCanceled = hints.on('jobsCanceled', () => {
    runner.dropLost().catch((error: unknown) => logger.warn({ err: error }, 'Canceled analyses were not looked up.'));
  });

  return {
    id,
    heldCount: () => runner.heldCount,
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
