import type { Transaction } from 'kysely';
import type { DB } from '../database/types.generated.ts';
import { appendEvents } from '../events/log.ts';
import { OutOfOrderError } from '../events/order.ts';
import { lockFailedFetches, setImagesFetching } from './arrival.repository.ts';
import { awaitedAgain } from './arrival.ts';
import { addFetchJobs } from './fetch-jobs.ts';

/**
 * Images among these that could not be fetched from their URLs, for a reason that may have passed, are FETCHING again. To be
 * run by `inLogOrder`; after the commit call `hints.eventsWritten()`.
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
  if (images.some((image) => image.written_later)) throw new OutOfOrderError('image');
  await setImagesFetching(
    trx,
    organizationId,
    images.map(({ id }) => id),
  );
  await appendEvents(
    trx,
    images
      .filter((image) => image.in_library)
      .map(({ id, indexing_status }) => ({
        organizationId,
        kind: 'IMAGE',
        entityId: id,
        state: { status: 'FETCHING', indexingStatus: awaitedAgain(indexing_status) },
      })),
  );
  const fetched = images.map((image) => ({ id: image.id, url: image.source_url! }));
  await addFetchJobs(trx, organizationId, fetched, priority);
}
