import { createReadStream } from 'node:fs';
import { findBlur } from '../../src/images/blur.repository.ts';
import { removeUnusedBlobs, storeBlobs } from '../../src/images/bytes/blobs.repository.ts';
import { findImages } from '../../src/images/images.repository.ts';
import { stagePicture } from '../../src/images/receiving/stage-picture.ts';
import { forgetRemovals, lockUnawaited, replaceOriginal } from '../../src/images/removal/originals.repository.ts';
import { removeOriginalJob } from '../../src/jobs/definitions.ts';
import type { Blur } from '../../src/recognition/objects/blur.ts';
import { isFaultOfBytes } from '../../src/shared/failure.ts';
import type { BlobKey } from '../../src/storage/blob-store.ts';
import { removeFiles } from '../derived-pictures.ts';
import type { JobHandler } from '../job-handler.ts';
import type { WorkerResources } from '../resources.ts';
import type { StoredPictures } from '../stored-pictures.ts';

/**
 * Puts the version in which people are hidden in the place of an original that no task keeps. From then on, everything works from that
 * version. A picture that cannot be decoded is left as it is, because there is no such version.
 */
export function removeOriginalHandler(
  resources: WorkerResources,
  pictures: StoredPictures,
): JobHandler<typeof removeOriginalJob> {
  const { db, blobs, logger } = resources;
  return async ({ organizationId, imageId }) => {
    const [image] = await findImages(db, organizationId, [imageId]);
    if (!image?.sha256) return;
    const key = { organizationId, sha256: image.sha256 };
    const blur = await findBlur(db, key);
    // The bytes are such a version already.
    if (blur === null) return forgetRemovals(db, key);
    const target = blobs.temporaryFile();
    const { enginePriority: priority } = removeOriginalJob;
    try {
      const wanted = { id: imageId, renditions: [{ width: null, target }], blur, priority };
      const outcome = await pictures.render(key, wanted, {});
      if (outcome.ok) await replace(resources, key, target, blur);
      else if (!isFaultOfBytes(outcome.failure)) throw new Error(outcome.failure.message);
      else {
        logger.warn({ imageId, ...outcome.failure }, 'An original is kept, because it cannot be decoded.');
        await forgetRemovals(db, key);
      }
    } finally {
      await removeFiles([{ target }]);
    }
  };
}

async function replace({ db, blobs, config }: WorkerResources, key: BlobKey, file: string, blur: Blur): Promise<void> {
  const { organizationId } = key;
  // A JPEG of full width may be larger than what clients may send.
  const limits = { ...config, maxUploadBytes: Number.POSITIVE_INFINITY };
  const received = await stagePicture({ blobs, config: limits }, organizationId, () => createReadStream(file), null);
  if (received.kind === 'rejected') throw new Error(received.failure.message);
  const { staged } = received;
  try {
    const isReplaced = await db.transaction().execute(async (trx) => {
      // The next heartbeat orders it again when that analysis has ended.
      if (!(await lockUnawaited(trx, key))) return false;
      await storeBlobs(trx, organizationId, [received]);
      await replaceOriginal(trx, key, { sha256: staged.sha256, hidden: blur });
      return true;
    });
    if (isReplaced) await removeUnusedBlobs(db, blobs, organizationId, [key.sha256]);
  } finally {
    await staged.discard();
  }
}
