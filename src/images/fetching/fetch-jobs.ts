import type { Transaction } from 'kysely';
import type { DB } from '../../database/types.generated.ts';
import { hostOf } from '../../fetching/url-policy.ts';
import { fetchImagesJob } from '../../jobs/definitions.ts';
import { addJobs } from '../../jobs/jobs.repository.ts';

/**
 * Adds the jobs that fetch images from their URLs, one for each host, in the transaction that creates the images.
 * @param priority smaller first.
 * @param later for another attempt: the number of earlier ones, and how long to wait.
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
    fetchImagesJob,
    [...byHost].map(([host, ofHost]) => ({
      payload: { organizationId, host, imageIds: ofHost.map(({ id }) => id), attemptsBefore: later.attemptsBefore },
      priority,
      afterSeconds: later.afterSeconds,
    })),
  );
}
