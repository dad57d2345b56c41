import type { Kysely } from 'kysely';
import type { DB } from '../database/types.generated.ts';
import type { Hints } from '../events/hints.ts';
import { inLogOrder } from '../events/order.ts';
import type { Failure } from '../shared/failure.ts';
import { imageFailed } from './arrival.ts';
import { findForgottenFetches } from './fetch-jobs.repository.ts';

/** In one round; more wait for the next, seconds later. */
const atOnce = 200;

const forgotten: Failure = {
  code: 'DOWNLOAD_FAILED',
  message: 'It was not fetched: the workers that began to were lost. Run it again, or submit it again.',
  retryable: true,
};

/**
 * Ends images that nobody is going to fetch any more, with what waits for them.
 * @returns how many.
 */
export async function endForgottenFetches({ db, hints }: { db: Kysely<DB>; hints: Hints }): Promise<number> {
  const images = await findForgottenFetches(db, atOnce);
  for (const { organizationId, imageId } of images)
    await inLogOrder(db, (trx) => imageFailed(trx, organizationId, imageId, forgotten));
  if (images.length > 0) hints.eventsWritten();
  return images.length;
}
