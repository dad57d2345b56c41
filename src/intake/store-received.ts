import type { Transaction } from 'kysely';
import type { DB } from '../database/types.generated.ts';
import { storeBlobs } from '../images/bytes/blobs.repository.ts';
import { addFetchJobs } from '../images/fetching/fetch-jobs.ts';
import { listInLibrary } from '../images/images.repository.ts';
import { addIndexJobs } from '../images/index-jobs.ts';
import { type ImageInsert, insertImages } from '../images/life.repository.ts';
import type { Received } from '../images/receiving/received.ts';
import { findOverQuota } from '../images/receiving/storage-quota.ts';
import { attachImages, lockUploads } from '../uploads/uploads.repository.ts';
import { findTargetImages, type ImageOrigin, type TargetImage } from './target-images.ts';

/** The client's data about a received picture. */
export interface ReceivedImage {
  received: Received;
  externalId?: string | null;
  placeId?: string | null;
  metadata?: Record<string, unknown> | null;
  /** Absent or null: from EXIF. */
  recordedAt?: Date | null;
  /** false: only a picture of a catalogue item, which is not in the list of images or its events. Default true. */
  inLibrary?: boolean;
  /** true: it is made searchable. Default false. */
  index?: boolean;
}

/**
 * Creates images from received pictures, in the caller's transaction: READY with their bytes stored, AWAITING_UPLOAD or FETCHING if
 * the bytes are still arriving, FAILED if they were rejected. An existing image does not change, except that it is listed from now
 * on if it belonged only to a catalogue item. Their first events are appended. After the commit call `hints.eventsWritten()`; if
 * the transaction fails, `discardAll` what was received.
 * @param options.indexAfterSeconds when the jobs of searchable images begin, see addIndexJobs. Default 0.
 * @param options.priority of downloads, smaller first. Default 0.
 * @returns the image of each, in the given order.
 * @throws QuotaExceededError if they do not all fit into the plan's storage; then no file is left.
 */
export async function storeReceived(
  trx: Transaction<DB>,
  organizationId: string,
  images: readonly ReceivedImage[],
  options: { indexAfterSeconds?: number; priority?: number } = {},
): Promise<TargetImage[]> {
  const received = images.map((image) => image.received);
  const overQuota = await findOverQuota(trx, organizationId, received);
  for (const error of overQuota) if (error) throw error;
  const targets = await takeTargetImages(trx, organizationId, received);
  const made = images.flatMap((image, index) => {
    const target = targets[index]!;
    return target.origin === null
      ? []
      : [{ ...toInsert(image, target, target.origin), uploadId: target.origin.uploadId }];
  });
  await insertImages(trx, organizationId, made);
  const known = images.flatMap(({ inLibrary = true }, index) => {
    const { origin, imageId } = targets[index]!;
    return inLibrary && origin === null ? [imageId] : [];
  });
  await listInLibrary(trx, organizationId, known);
  await attachImages(
    trx,
    organizationId,
    made.flatMap(({ id, uploadId }) => (uploadId === null ? [] : [{ uploadId, imageId: id }])),
  );
  const fetched = made.flatMap(({ id, status, sourceUrl }) => (status === 'FETCHING' ? [{ id, url: sourceUrl! }] : []));
  await addFetchJobs(trx, organizationId, fetched, options.priority ?? 0);
  const toIndex = made.filter(({ index, status }) => index && status === 'READY').map(({ id }) => id);
  await addIndexJobs(trx, organizationId, toIndex, options.indexAfterSeconds ?? 0);
  return targets;
}

/** Stores the bytes that arrived. Uploads are locked first and images last, as when awaited bytes arrive. */
async function takeTargetImages(
  trx: Transaction<DB>,
  organizationId: string,
  received: readonly Received[],
): Promise<TargetImage[]> {
  const uploadIds = [...new Set(received.flatMap((one) => (one.kind === 'uploaded' ? [one.uploadId] : [])))];
  const uploads = uploadIds.length > 0 ? await lockUploads(trx, organizationId, uploadIds) : [];
  const staged = received.flatMap((one) => (one.kind === 'staged' ? [one] : []));
  await storeBlobs(trx, organizationId, staged);
  return findTargetImages(trx, organizationId, received, uploads);
}

function toInsert(image: ReceivedImage, { imageId, status, failure }: TargetImage, origin: ImageOrigin): ImageInsert {
  return {
    id: imageId,
    status,
    failure,
    sha256: origin.sha256,
    sourceUrl: origin.sourceUrl,
    filename: origin.filename,
    externalId: image.externalId ?? null,
    placeId: image.placeId ?? null,
    metadata: image.metadata ?? {},
    recordedAt: image.recordedAt ?? origin.recordedAt,
    inLibrary: image.inLibrary ?? true,
    index: image.index ?? false,
  };
}
