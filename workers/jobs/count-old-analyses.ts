import { countOldAnalyses } from '../../src/analyses/statistics/backfill.repository.ts';
import { sumOldAnalyses } from '../../src/analyses/task-sums/backfill.repository.ts';
import { countOldAnalysesJob } from '../../src/jobs/definitions.ts';
import { addJob } from '../../src/jobs/jobs.repository.ts';
import { runBackfill, runMs } from '../backfill.ts';
import type { JobHandler } from '../job-handler.ts';
import type { WorkerResources } from '../resources.ts';

/**
 * Counts the analyses that a version without statistics submitted, and sums those of a version without sums of tasks; requested by a worker that starts, and once an hour by recovery.
 * What a run of a minute leaves is for the next job, after jobs that were added meanwhile.
 * @param leave aborted when the worker stops.
 */
export function countOldAnalysesHandler(
  resources: WorkerResources,
  leave: AbortSignal,
): JobHandler<typeof countOldAnalysesJob> {
  const { db } = resources;
  return async () => {
    const stop = AbortSignal.any([leave, AbortSignal.timeout(runMs)]);
    await runBackfill(resources, 'statistics', (until) => countOldAnalyses(db, until), stop);
    await runBackfill(resources, 'sums of tasks', (until) => sumOldAnalyses(db, until), stop);
    if (stop.aborted) await addJob(db, countOldAnalysesJob, { payload: {} });
  };
}
