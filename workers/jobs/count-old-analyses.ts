import { countOldAnalyses } from '../../src/analyses/statistics/backfill.repository.ts';
import { countOldAnalysesJob } from '../../src/jobs/definitions.ts';
import { addJob } from '../../src/jobs/jobs.repository.ts';
import type { JobHandler } from '../job-handler.ts';
import type { WorkerResources } from '../resources.ts';

/** A job of a minute; what is left by then is for the next one, behind what came meanwhile. */
const longestMs = 60_000;

/**
 * Counts the analyses that a version without statistics submitted; requested by a worker that starts, and once an hour by recovery.
 * @param leave the worker leaves.
 */
export function countOldAnalysesHandler(
  { db, logger }: WorkerResources,
  leave: AbortSignal,
): JobHandler<typeof countOldAnalysesJob> {
  return async () => {
    const stop = AbortSignal.any([leave, AbortSignal.timeout(longestMs)]);
    const analyses = await countOldAnalyses(db, stop);
    if (analyses > 0) logger.info({ analyses }, 'Statistics include analyses of the version before.');
    if (stop.aborted) await addJob(db, countOldAnalysesJob, { payload: {} });
  };
}
