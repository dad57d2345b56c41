import { attemptAfter, attemptOf } from '../../src/fetching/attempts.ts';
import { HostSlots } from '../../src/fetching/host-slots.ts';
import { type FetchNetwork, systemNetwork } from '../../src/fetching/network.ts';
import { fetchImage } from '../../src/images/fetching/fetch-image.ts';
import { addFetchJobs } from '../../src/images/fetching/fetch-jobs.ts';
import type { fetchImagesJob } from '../../src/jobs/definitions.ts';
import type { JobHandler } from '../job-handler.ts';
import type { WorkerResources } from '../resources.ts';

/** All attempts together then take about 15 s plus their own time. */
const pauseSeconds = 5;
const perHost = 4;

/**
 * Fetches pictures of one host from their URLs. If a URL does not respond, that is not a failure of this job, so a new job retries
 * it.
 * @param stop pictures that are not fetched by then are left to another worker.
 * @param network access to the network; tests pass their own.
 */
export function fetchImagesHandler(
  resources: Pick<WorkerResources, 'db' | 'blobs' | 'config' | 'hints'>,
  stop: AbortSignal,
  network: FetchNetwork = systemNetwork,
): JobHandler<typeof fetchImagesJob> {
  const slots = new HostSlots(perHost);
  return async ({ organizationId, host, imageIds, attemptsBefore }, { job }) => {
    const attempt = attemptOf(job, attemptsBefore, stop);
    const outcomes = await Promise.allSettled(
      imageIds.map((imageId) =>
        slots.use(host, () => fetchImage({ ...resources, network }, { organizationId, imageId }, attempt)),
      ),
    );
    const again = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? (outcome.value ?? []) : []));
    const next = attemptAfter(job, attemptsBefore, { stop, pauseSeconds });
    await resources.db.transaction().execute((trx) => addFetchJobs(trx, organizationId, again, job.priority, next));
    // The job runs again for pictures that failed through an error of ours; those that have ended meanwhile are skipped.
    for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
  };
}
