import type { Transaction } from 'kysely';
import type { DB } from '../database/types.generated.ts';
import { appendEvents } from '../events/log.ts';
import { storeBlobs } from './blobs.repository.ts';
import { type ImageInsert, insertImages } from './images.repository.ts';
import type { Staged } from './intake.ts';
import type { Refused } from './refused.ts';

/** An image about to be made of bytes that arrived, or FAILED of bytes that cannot be used. */
export interface NewImage {
  /** From `newId()`. */
  id: string;
  received: Staged | Refused;
  externalId?: string | null;
  placeId?: string | null;
  metadata?: Record<string, unknown> | null;
  /** Absent: from EXIF. */
  recordedAt?: Date | null;
  /** false: only a catalogue item's picture, which stays out of the image list and its events. */
  inLibrary: boolean;
}

/** Stores bytes, images and their first events in the caller's transaction. After it commits, call hints.eventsWritten(). */
export async function addImages(
  trx: Transaction<DB>,
  organizationId: string,
  images: readonly NewImage[],
): Promise<void> {
  await storeBlobs(
    trx,
    organizationId,
    images.flatMap(({ received }) => (received.kind === 'staged' ? [received] : [])),
  );
  await insertImages(trx, organizationId, images.map(toInsert));
  const listed = images.filter(({ inLibrary }) => inLibrary);
  if (listed.length === 0) return;
  await appendEvents(
    trx,
    listed.map(({ id, received }) => ({
      organizationId,
      kind: 'IMAGE',
      entityId: id,
      state: { status: received.kind === 'staged' ? 'READY' : 'FAILED', indexingStatus: 'NOT_INDEXED' },
    })),
  );
}

function toInsert({ id, received, externalId, placeId, metadata, recordedAt, inLibrary }: NewImage): ImageInsert {
  const arrived = received.kind === 'staged' ? received : null;
  return {
    id,
    sha256: arrived?.staged.sha256 ?? null,
    failure: received.kind === 'refused' ? received.failure : null,
    filename: received.filename,
    externalId: externalId ?? null,
    placeId: placeId ?? null,
    metadata: metadata ?? {},
    recordedAt: recordedAt ?? arrived?.header.recordedAt ?? null,
    inLibrary,
  };
}
