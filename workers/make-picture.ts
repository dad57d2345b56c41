import { noteUndecodable } from '../src/images/bytes/undecodable.repository.ts';
import type { PictureFormat } from '../src/pictures/format.ts';
import type { PictureSize } from '../src/pictures/sizes.ts';
import { isFaultOfBytes } from '../src/shared/failure.ts';
import type { BlobKey } from '../src/storage/blob-store.ts';
import { keepDerived, removeFiles } from './derived-pictures.ts';
import type { FailedOutcome, RenderOutcome } from './engines/pool/pool.ts';
import type { Rendition } from './engines/protocol/renditions.ts';
import type { WorkerResources } from './resources.ts';

/** A picture that a request waits for. */
export interface RequestedPicture {
  /** The bytes that it is made from. */
  key: BlobKey;
  /** Its own name in the store; see derivedName. */
  name: string;
  size: PictureSize;
  format: PictureFormat;
}

/**
 * Makes a picture that a request waits for, and notifies it. If the bytes cannot be decoded, this is stored with them; other failures
 * are retried.
 * @param render makes it; null: there is nothing to show, for example because its analysis was deleted.
 * @param subject what it shows, for the log.
 */
export async function makePicture(
  resources: WorkerResources,
  { key, name, size, format }: RequestedPicture,
  render: (rendition: Rendition) => Promise<RenderOutcome | FailedOutcome | null>,
  { job, subject }: { job: { attempts: number; max_attempts: number }; subject: object },
): Promise<void> {
  const { db, blobs, hints, logger } = resources;
  // An analysis or another worker may have been faster.
  if (await blobs.has({ ...key, derived: name })) return hints.picturesMade();
  const target = `${blobs.temporaryFile()}${format === 'webp' ? '.webp' : ''}`;
  try {
    const outcome = await render({ width: size === 'full' ? null : size, target });
    if (outcome === null) return;
    if (outcome.ok) await keepDerived(resources, key, [{ name, target }]);
    else if (isFaultOfBytes(outcome.failure)) await noteUndecodable(db, key, outcome.failure);
    else if (outcome.failure.retryable && job.attempts < job.max_attempts) throw new Error(outcome.failure.message);
    else logger.warn({ ...subject, ...outcome.failure }, 'A picture could not be made.');
  } finally {
    await removeFiles([{ target }]);
  }
  hints.picturesMade();
}
