import type { Task } from 'graphile-worker';
import { z } from 'zod';
import { failExport } from '../../src/exports/exports.repository.ts';
import { runExport } from '../../src/exports/run-export.ts';
import { addExportJob } from '../../src/exports/start-export.ts';
import type { WorkerResources } from '../resources.ts';

export const exportAnalysesPayload = z.object({ organizationId: z.uuid(), exportId: z.uuid() });

/** By then a worker that leaves takes no more jobs, this one least of all. */
const untilGoneSeconds = 2;

/**
 * Writes one export. A worker that leaves gives it back at once, for another one to begin anew: it may take longer than
 * any grace. What fails in its last attempt is FAILED.
 *
 * @param stop aborted when the worker is about to leave
 */
export function exportAnalysesTask(resources: WorkerResources, stop: AbortSignal): Task {
  const { db, hints, logger } = resources;
  const giveBack = (organizationId: string, exportId: string) =>
    db.transaction().execute((trx) => addExportJob(trx, organizationId, exportId, { afterSeconds: untilGoneSeconds }));
  return async (payload, { job }) => {
    const { organizationId, exportId } = exportAnalysesPayload.parse(payload);
    try {
      await runExport(resources, { organizationId, exportId }, stop);
    } catch (error) {
      if (stop.aborted) return giveBack(organizationId, exportId);
      if (job.attempts < job.max_attempts) throw error;
      logger.error({ err: error, exportId }, 'An export could not be written.');
      await failExport(db, organizationId, exportId, {
        code: 'INTERNAL',
        message: `It could not be written; the server logged why under ${exportId}. Ask for it again.`,
        retryable: true,
      });
    }
    hints.eventsWritten();
  };
}
