import { attemptAfter, attemptOf } from '../../src/fetching/attempts.ts';
import { type FetchNetwork, systemNetwork } from '../../src/fetching/network.ts';
import type { fetchVideoJob } from '../../src/jobs/definitions.ts';
import { addFetchJob } from '../../src/videos/fetching/fetch-jobs.ts';
import { fetchVideo } from '../../src/videos/fetching/fetch-video.ts';
import type { JobHandler } from '../job-handler.ts';
import type { WorkerResources } from '../resources.ts';

const pauseSeconds = 15;

/**
 * Fetches a video from its URL. If the URL does not respond, that is not a failure of this job, so a new job retries it.
 * @param stop a video that is not fetched by then is left to another worker.
 * @param network access to the network; tests pass their own.
 */
export function fetchVideoHandler(
  resources: Pick<WorkerResources, 'db' | 'blobs' | 'config' | 'hints'>,
  stop: AbortSignal,
  network: FetchNetwork = systemNetwork,
): JobHandler<typeof fetchVideoJob> {
  return async ({ organizationId, videoId, attemptsBefore }, { job }) => {
    const attempt = attemptOf(job, attemptsBefore, stop);
    if (!(await fetchVideo({ ...resources, network }, { organizationId, videoId }, attempt))) return;
    const next = attemptAfter(job, attemptsBefore, { stop, pauseSeconds });
    await resources.db.transaction().execute((trx) => addFetchJob(trx, organizationId, videoId, next));
  };
}
