import type { Logger } from '../log.ts';
import { namesOfAnalysis } from '../pictures/derived-picture.ts';
import { Semaphore } from '../shared/semaphore.ts';
import { type BlobStore, StoreUnavailableError } from '../storage/blob-store.ts';

/** An analysis that was deleted, with the bytes of its image or video. */
export interface RemovedAnalysis {
  id: string;
  /** Lower-case hex; null: these are gone, and its pictures with them. */
  sha256: string | null;
}

/** Each is a question to a bucket. */
const atOnce = 8;

/**
 * Removes the pictures of analyses (annotated ones, crops, those of tracks), after the commit that deleted them. What cannot be removed at the
 * moment has no link any more, and goes with its image or video.
 */
export async function removePictures(
  { blobs, logger }: { blobs: BlobStore; logger: Logger },
  organizationId: string,
  removed: readonly RemovedAnalysis[],
): Promise<void> {
  const places = new Semaphore(atOnce);
  try {
    await Promise.all(
      removed.map(({ id, sha256 }) =>
        sha256 === null
          ? undefined
          : places.run(() => blobs.removeDerived({ organizationId, sha256 }, namesOfAnalysis(id))),
      ),
    );
  } catch (error) {
    if (!(error instanceof StoreUnavailableError)) throw error;
    logger.warn({ err: error, organizationId }, 'Pictures of deleted analyses stay until their images are deleted.');
  }
}
