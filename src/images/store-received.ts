import type { Transaction } from 'kysely';
import type { DB } from '../database/types.generated.ts';
import { appendEvents } from '../events/log.ts';
import { newId } from '../ids.ts';
import { addIndexJobs } from '../library/index-jobs.repository.ts';
import { storeBlobs } from './blobs.repository.ts';
import { type ImageInsert, insertImages } from './images.repository.ts';
import type { Received, Staged } from './intake.ts';
import type { Refused } from './refused.ts';
import { findOverQuota } from './storage-quota.ts';

/** What the client says of a picture that was received. */
export interface ReceivedImage {
  received: Received;
  externalId?: string | null;
  placeId?: string | null;
  metadata?: Record<string, unknown> | null;
  /** Absent or null: from EXIF. */
  recordedAt?: Date | null;
  /** false: only a catalogue item's picture, which stays out of the image list and its events. Default true. */
  inLibrary?: boolean;
  /** true: it is made searchable. Default false. */
  index?: boolean;
}

/**
 * Makes images of what was received, in the caller's transaction: READY with its bytes stored, FAILED where it was
 * refused; an image that is here already stays as it is. Their first events are appended. After the commit call
 * `hints.eventsWritten()`; when the transaction fails, `discardAll` what was received.
 *
 * @param options.indexAfterSeconds when the jobs of those that are to be searchable begin, see addIndexJobs. Default 0.
 * @returns the id of each image, in the order given.
 * @throws QuotaExceededError when the plan has no room for all of them; then no file is left behind.
 */
export async function storeReceived(
  trx: Transaction<DB>,
  organizationId: string,
  images: readonly ReceivedImage[],
  options: { indexAfterSeconds?: number } = {},
): Promise<string[]> {
  const overQuota = await findOverQuota(
    trx,
    organizationId,
    images.map(({ received }) => received),
  );
  for (const error of overQuota) if (error) throw error;
  await storeBlobs(
    trx,
    organizationId,
    images.flatMap(({ received }) => (received.kind === 'staged' ? [received] : [])),
  );
  const ids = images.map(({ received }) => (received.kind === 'stored' ? received.imageId : newId()));
  const made = images.flatMap((image, index) => {
    const { received } = image;
    return received.kind === 'stored' ? [] : [toInsert(ids[index]!, { ...image, received })];
  });
  await insertImages(trx, organizationId, made);
  await appendEvents(
    trx,
    made
      .filter(({ inLibrary }) => inLibrary)
      .map(({ id, failure, index }) => ({
        organizationId,
        kind: 'IMAGE',
        entityId: id,
        state: {
          status: failure === null ? 'READY' : 'FAILED',
          indexingStatus: index ? 'INDEXING' : 'NOT_INDEXED',
        },
      })),
  );
  const toIndex = made.filter(({ index }) => index).map(({ id }) => id);
  await addIndexJobs(trx, organizationId, toIndex, options.indexAfterSeconds ?? 0);
  return ids;
}

function toInsert(id: string, image: ReceivedImage & { received: Staged | Refused }): ImageInsert {
  const { received } = image;
  const arrived = received.kind === 'staged' ? received : null;
  return {
    id,
    sha256: arrived?.staged.sha256 ?? null,
    failure: received.kind === 'refused' ? received.failure : null,
    filename: received.filename,
    externalId: image.externalId ?? null,
    placeId: image.placeId ?? null,
    metadata: image.metadata ?? {},
    recordedAt: image.recordedAt ?? arrived?.header.recordedAt ?? null,
    inLibrary: image.inLibrary ?? true,
    index: arrived !== null && (image.index ?? false),
  };
}
