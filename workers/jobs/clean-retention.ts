import { cleanRetentionJob } from '../../src/jobs/definitions.ts';
import { addJob } from '../../src/jobs/jobs.repository.ts';
import { cleanRetention } from '../../src/retention/clean.ts';
import type { JobHandler } from '../job-handler.ts';
import type { WorkerResources } from '../resources.ts';

/** The job runs for a minute; the rest is left to the next one, after jobs that were added meanwhile. */
const longestMs = 60_000;

/** Removes data whose retention period has ended; recovery adds the job once an hour. @param leave aborted when the worker stops. */
export function cleanRetentionHandler(
  resources: WorkerResources,
  leave: AbortSignal,
): JobHandler<typeof cleanRetentionJob> {
  const { db, hints, logger } = resources;
  return async () => {
    const stop = AbortSignal.any([leave, AbortSignal.timeout(longestMs)]);
    const cleaned = await cleanRetention(resources, stop);
    if (cleaned.images > 0) hints.eventsWritten();
    if (Object.values(cleaned).some((count) => count > 0))
      logger.info({ ...cleaned }, 'Removed data whose retention period has ended.');
    if (stop.aborted) await addJob(db, cleanRetentionJob, { payload: {} });
  };
}
