import type { Transaction } from 'kysely';
import type { DB } from '../../database/types.generated.ts';
import { moveImages } from '../life.repository.ts';
import { lockFailedFetches } from '../locks.repository.ts';
import { addFetchJobs } from './fetch-jobs.ts';

/**
 * Makes those of these images FETCHING again that could not be fetched from their URLs for a reason that may have passed. Run it in
 * `inLogOrder`; after the commit call `hints.eventsWritten()`.
 * @param priority smaller first.
 * @throws OutOfOrderError
 */
export async function fetchAgain(
  trx: Transaction<DB>,
  organizationId: string,
  imageIds: readonly string[],
  priority: number,
): Promise<void> {
  const images = await lockFailedFetches(trx, organizationId, imageIds);
  if (images.length === 0) return;
  await moveImages(trx, organizationId, images, { to: 'FETCHING' });
  const fetched = images.map((image) => ({ id: image.id, url: image.source_url! }));
  await addFetchJobs(trx, organizationId, fetched, priority);
}
