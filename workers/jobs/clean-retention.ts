import type { Task } from 'graphile-worker';
import { cleanRetention } from '../../src/retention/clean.ts';
import { addCleaningJob } from '../../src/retention/retention.repository.ts';
import type { WorkerResources } from '../resources.ts';

/** A job of a minute; what is left by then is for the next one, behind what came meanwhile. */
const longestMs = 60_000;

/** Removes what organisations do not keep any longer; asked for once an hour by recovery. @param leave the worker leaves. */
export function cleanRetentionTask(resources: WorkerResources, leave: AbortSignal): Task {
  const { db, hints, logger } = resources;
  return async () => {
    const stop = AbortSignal.any([leave, AbortSignal.timeout(longestMs)]);
    const cleaned = await cleanRetention(resources, stop);
    if (cleaned.images > 0) hints.eventsWritten();
    if (Object.values(cleaned).some((count) => count > 0))
      logger.info({ ...cleaned }, 'Removed what is not kept any longer.');
    if (stop.aborted) await addCleaningJob(db);
  };
}
