import type { Task } from 'graphile-worker';
import { z } from 'zod';
import { type FetchNetwork, systemNetwork } from '../../src/fetching/network.ts';
import { fetchImage } from '../../src/images/fetch-image.ts';
import { addFetchJobs } from '../../src/images/fetch-jobs.repository.ts';
import type { WorkerResources } from '../resources.ts';

export const fetchImagePayload = z.object({
  organizationId: z.uuid(),
  imageId: z.uuid(),
  attemptsBefore: z.int(),
});

/** Somebody waits for the picture: three attempts within some 15 s and their own time. */
const maxAttempts = 3;
const pauseSeconds = 5;

/**
 * Fetches the picture of an image from its URL. That it does not answer is nobody's failure here, so it is tried again by a
 * job of its own and not by one that is said to have failed.
 *
 * @param stop what runs then is left to another worker.
 * @param network the way out; tests bring their own.
 */
export function fetchImageTask(
  resources: Pick<WorkerResources, 'db' | 'blobs' | 'config' | 'hints'>,
  stop: AbortSignal,
  network: FetchNetwork = systemNetwork,
): Task {
  return async (payload, { job }) => {
    const { organizationId, imageId, attemptsBefore } = fetchImagePayload.parse(payload);
    const isLast = attemptsBefore + job.attempts >= maxAttempts;
    const outcome = await fetchImage({ ...resources, network }, { organizationId, imageId }, { isLast, signal: stop });
    if (outcome === null) return;
    const later = stop.aborted
      ? { attemptsBefore, afterSeconds: 0 }
      : { attemptsBefore: attemptsBefore + job.attempts, afterSeconds: pauseSeconds };
    await resources.db
      .transaction()
      .execute((trx) => addFetchJobs(trx, organizationId, [{ id: imageId, url: outcome.again }], job.priority, later));
  };
}
