import { failExport } from '../../src/exports/exports.repository.ts';
import { runExport } from '../../src/exports/run-export.ts';
import { exportAnalysesJob } from '../../src/jobs/definitions.ts';
import { addJob } from '../../src/jobs/jobs.repository.ts';
import type { JobHandler } from '../job-handler.ts';
import type { WorkerResources } from '../resources.ts';

/** By then a worker that is stopping takes no more jobs, including this one. */
const untilGoneSeconds = 2;

/**
 * Writes one export. A worker that stops releases it at once, and another one starts it again, because it may take longer than any
 * grace period. An export that fails in the last attempt is FAILED.
 * @param stop aborted when the worker is about to stop
 */
export function exportAnalysesHandler(
  resources: WorkerResources,
  stop: AbortSignal,
): JobHandler<typeof exportAnalysesJob> {
  const { db, hints, logger } = resources;
  // Replaces the running job: the new one has all its attempts.
  const giveBack = (organizationId: string, exportId: string) =>
    addJob(db, exportAnalysesJob, { payload: { organizationId, exportId }, afterSeconds: untilGoneSeconds });
  return async ({ organizationId, exportId }, { job }) => {
    try {
      await runExport(resources, { organizationId, exportId }, stop);
    } catch (error) {
      if (stop.aborted) return giveBack(organizationId, exportId);
      if (job.attempts < job.max_attempts) throw error;
      logger.error({ err: error, exportId }, 'An export could not be written.');
      await failExport(db, organizationId, exportId, {
        code: 'INTERNAL',
        message: `The export could not be written. The server logged the reason under ${exportId}. Request the export again.`,
        retryable: true,
      });
    }
    hints.eventsWritten();
  };
}
