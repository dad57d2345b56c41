import type { Kysely, Transaction } from 'kysely';
import type { DB } from '../../database/types.generated.ts';
import type { Hints } from '../../events/hints.ts';
import { inLogOrder } from '../../events/order.ts';
import { cutImageJob, fetchImagesJob } from '../../jobs/definitions.ts';
import { takeGivenUpJob } from '../../jobs/jobs.repository.ts';
import type { Failure } from '../../shared/failure.ts';
import { imageFailed } from '../arrival.ts';

/** Per round; more wait for the next round, seconds later. */
const maxJobsAtOnce = 20;

const forgotten: Failure = {
  code: 'DOWNLOAD_FAILED',
  message:
    'The image was not fetched because the workers that started to fetch it stopped. Rerun the analysis, or submit the image again.',
  retryable: true,
};

const forgottenCut: Failure = {
  code: 'INTERNAL',
  message:
    'The part of the image was not cut out because the workers that started to do so stopped. Call updateCatalogItem with a thumbnail.',
  retryable: true,
};

/**
 * Ends images that will no longer be fetched or cut out because their job has used up its attempts, with everything that waits for them.
 * An image and its next job are always written together, so no other image is without a job.
 * @returns how many.
 */
export async function endForgottenFetches({ db, hints }: { db: Kysely<DB>; hints: Hints }): Promise<number> {
  let total = 0;
  for (let jobs = 0; jobs < maxJobsAtOnce; jobs++) {
    const ended = await inLogOrder(db, async (trx) => {
      const given = await takeGivenUp(trx);
      if (given === null) return null;
      let count = 0;
      for (const imageId of given.imageIds)
        if (await imageFailed(trx, given.organizationId, imageId, given.failure)) count++;
      return count;
    });
    if (ended === null) break;
    total += ended;
  }
  if (total > 0) hints.eventsWritten();
  return total;
}

async function takeGivenUp(trx: Transaction<DB>) {
  const fetching = await takeGivenUpJob(trx, fetchImagesJob);
  if (fetching) return { ...fetching, failure: forgotten };
  const cutting = await takeGivenUpJob(trx, cutImageJob);
  return cutting && { ...cutting, imageIds: [cutting.imageId], failure: forgottenCut };
}
