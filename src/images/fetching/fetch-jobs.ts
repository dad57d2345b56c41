import type { Transaction } from 'kysely';
import type { DB } from '../../database/types.generated.ts';
import { firstAttempt, type NextAttempt } from '../../fetching/attempts.ts';
import { hostOf } from '../../fetching/url-policy.ts';
import { fetchImagesJob } from '../../jobs/definitions.ts';
import { addJobs } from '../../jobs/jobs.repository.ts';

/**
 * Adds the jobs that fetch images from their URLs, one for each host, in the transaction that creates the images.
 * @param priority smaller first.
 */
export function addFetchJobs(
  trx: Transaction<DB>,
  organizationId: string,
  images: readonly { id: string; url: string }[],
  priority: number,
  { attemptsBefore, afterSeconds }: NextAttempt = firstAttempt,
): Promise<void> {
  const byHost = Map.groupBy(images, ({ url }) => hostOf(new URL(url)));
  return addJobs(
    trx,
    fetchImagesJob,
    [...byHost].map(([host, ofHost]) => ({
      payload: { organizationId, host, imageIds: ofHost.map(({ id }) => id), attemptsBefore },
      priority,
      afterSeconds,
    })),
  );
}
