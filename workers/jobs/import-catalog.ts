import { runImport } from '../../src/catalog/imports/run-import.ts';
import { failImport } from '../../src/catalog/imports/stop-import.ts';
import { importCatalogJob } from '../../src/jobs/definitions.ts';
import { addJob } from '../../src/jobs/jobs.repository.ts';
import type { JobHandler } from '../job-handler.ts';
import type { WorkerResources } from '../resources.ts';

/** By then a worker that leaves takes no more jobs, this one least of all. */
const untilGoneSeconds = 2;

/**
 * Does the rows of one import. A worker that leaves gives it back after the row that it is at, for another one to go on. What fails in its
 * last attempt is FAILED.
 *
 * @param stop aborted when the worker is about to leave
 */
export function importCatalogHandler(
  resources: WorkerResources,
  stop: AbortSignal,
): JobHandler<typeof importCatalogJob> {
  const { db, logger } = resources;
  return async (key, { job }) => {
    try {
      await runImport(resources, key, stop);
    } catch (error) {
      // Replaces the job that runs: this one starts with all its attempts.
      if (stop.aborted) return addJob(db, importCatalogJob, { payload: key, afterSeconds: untilGoneSeconds });
      if (job.attempts < job.max_attempts) throw error;
      logger.error({ err: error, importId: key.importId }, 'A catalogue could not be imported.');
      await failImport(resources, key, {
        code: 'INTERNAL',
        message: `It could not be completed; the server logged why under ${key.importId}. Import the file again: rows that are done stay unchanged.`,
        retryable: true,
      });
    }
  };
}
