import type { Kysely, Transaction } from 'kysely';
import type { DB } from '../../database/types.generated.ts';
import type { Hints } from '../../events/hints.ts';
import { inLogOrder } from '../../events/order.ts';
import type { Failure } from '../../shared/failure.ts';
import { imageArrived, imageFailed } from '../arrival.ts';
import { storeBlobs } from '../bytes/blobs.repository.ts';
import type { Staged, StagedOrRejected } from './received.ts';
import { findOverQuota } from './storage-quota.ts';

interface AwaitedImage {
  organizationId: string;
  imageId: string;
}

type App = { db: Kysely<DB>; hints: Hints };

/**
 * The bytes of an image that a worker gets have arrived: it becomes READY, or FAILED if they cannot be used or do not fit into the
 * plan's storage, together with everything that waits for it.
 */
export async function settleAwaited(
  { db, hints }: App,
  { organizationId, imageId }: AwaitedImage,
  received: StagedOrRejected,
): Promise<void> {
  await inLogOrder(db, async (trx) => {
    if (received.kind === 'rejected') return imageFailed(trx, organizationId, imageId, received.failure);
    return keep(trx, organizationId, imageId, received);
  });
  hints.eventsWritten();
}

/** The bytes will not arrive. */
export async function failAwaited(
  { db, hints }: App,
  { organizationId, imageId }: AwaitedImage,
  failure: Failure,
): Promise<void> {
  await inLogOrder(db, (trx) => imageFailed(trx, organizationId, imageId, failure));
  hints.eventsWritten();
}

async function keep(trx: Transaction<DB>, organizationId: string, imageId: string, received: Staged): Promise<boolean> {
  const [overQuota] = await findOverQuota(trx, organizationId, [received]);
  if (overQuota) {
    const failure: Failure = { code: 'DOWNLOAD_FAILED', message: overQuota.message, retryable: true };
    return imageFailed(trx, organizationId, imageId, failure);
  }
  await storeBlobs(trx, organizationId, [received]);
  const { staged, header } = received;
  return imageArrived(trx, organizationId, imageId, { sha256: staged.sha256, recordedAt: header.recordedAt });
}
