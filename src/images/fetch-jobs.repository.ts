import type { Transaction } from 'kysely';
import { addJobs } from '../database/jobs.ts';
import type { DB } from '../database/types.generated.ts';
import { hostOf } from '../fetching/url-policy.ts';

/**
 * The jobs that fetch images from their URLs, in the transaction that makes the images: one for each host, so that pictures
 * of a slow one hold up no others. Rejected: a queue of graphile-worker's for each host. A worker asks for the next job
 * before it has given the queue of the last one back, and then waits for two seconds.
 *
 * @param priority smaller first.
 * @param later of another attempt: how many went before, and how long to wait.
 */
export function addFetchJobs(
  trx: Transaction<DB>,
  organizationId: string,
  images: readonly { id: string; url: string }[],
  priority: number,
  later: { attemptsBefore: number; afterSeconds: number } = { attemptsBefore: 0, afterSeconds: 0 },
): Promise<void> {
  const byHost = Map.groupBy(images, ({ url }) => hostOf(new URL(url)));
  return addJobs(
    trx,
    [...byHost].map(([host, ofHost]) => ({
      identifier: 'fetch_images',
      payload: { organizationId, host, imageIds: ofHost.map(({ id }) => id), attemptsBefore: later.attemptsBefore },
      priority,
      afterSeconds: later.afterSeconds,
      // Of failures that are ours; the task ends the images FAILED before.
      maxAttempts: 10,
    })),
  );
}
