import { countOldAnalyses } from '../../src/analyses/statistics/backfill.repository.ts';
import { sumOldAnalyses } from '../../src/analyses/task-sums/backfill.repository.ts';
import { countOldAnalysesJob } from '../../src/jobs/definitions.ts';
import { addJob } from '../../src/jobs/jobs.repository.ts';
import type { JobHandler } from '../job-handler.ts';
import type { WorkerResources } from '../resources.ts';

/** The job runs for a minute; the rest is left to the next one, after jobs that were added meanwhile. */
const longestMs = 60_000;

/**
 * Counts the analyses that a version without statistics submitted, and sums those of a version without sums of tasks; requested by a worker that starts, and once an hour by recovery.
 * @param leave aborted when the worker stops.
 */
export function countOldAnalysesHandler(
  { db, logger }: WorkerResources,
  leave: AbortSignal,
): JobHandler<typeof countOldAnalysesJob> {
  return async () => {
    const stop = AbortSignal.any([leave, AbortSignal.timeout(longestMs)]);
    const analyses = await countOldAnalyses(db, stop);
    if (analyses > 0) logger.info({ analyses }, 'Statistics include analyses of the version before.');
    const summed = await sumOldAnalyses(db, stop);
    if (summed > 0) logger.info({ analyses: summed }, 'The sums of tasks include analyses of the version before.');
    if (stop.aborted) await addJob(db, countOldAnalysesJob, { payload: {} });
  };
}
