import { noteUndecodable } from '../../src/images/bytes/undecodable.repository.ts';
import { findImages } from '../../src/images/images.repository.ts';
import { renderImageJob } from '../../src/jobs/definitions.ts';
import { type DerivedPicture, derivedName } from '../../src/pictures/derived-picture.ts';
import { isFaultOfBytes } from '../../src/shared/failure.ts';
import { keepDerived, removeFiles } from '../derived-pictures.ts';
import type { JobHandler } from '../job-handler.ts';
import { findView } from '../picture-views.ts';
import type { WorkerResources } from '../resources.ts';
import type { StoredPictures } from '../stored-pictures.ts';

/** The payload of older versions. */
const smallest: DerivedPicture = { kind: 'rendition', size: 320, format: 'jpeg' };

/**
 * Makes a picture that a request waits for, and notifies it. If the bytes cannot be decoded, this is stored with them; other
 * failures are retried.
 */
export function renderImageHandler(
  resources: WorkerResources,
  pictures: StoredPictures,
): JobHandler<typeof renderImageJob> {
  const { db, blobs, hints, logger } = resources;
  return async ({ organizationId, imageId, picture = smallest }, { job }) => {
    const [image] = await findImages(db, organizationId, [imageId]);
    if (!image?.sha256) return;
    const key = { organizationId, sha256: image.sha256 };
    const name = derivedName(picture);
    // An analysis may have been faster.
    if (await blobs.has({ ...key, derived: name })) return hints.picturesMade();
    const view = await findView(db, organizationId, imageId, picture);
    // Its analysis was deleted.
    if (view === undefined) return;
    const { size, format } = picture;
    const target = `${blobs.temporaryFile()}${format === 'webp' ? '.webp' : ''}`;
    try {
      const rendition = { width: size === 'full' ? null : size, target };
      const wanted = {
        id: imageId,
        renditions: [rendition],
        view,
        blur: picture.blur ?? null,
        priority: renderImageJob.enginePriority,
      };
      const outcome = await pictures.render(key, wanted, {});
      if (outcome.ok) await keepDerived(resources, key, [{ name, target }]);
      else if (isFaultOfBytes(outcome.failure)) await noteUndecodable(db, key, outcome.failure);
      else if (outcome.failure.retryable && job.attempts < job.max_attempts) throw new Error(outcome.failure.message);
      else logger.warn({ imageId, ...outcome.failure }, 'A picture could not be made.');
    } finally {
      await removeFiles([{ target }]);
    }
    hints.picturesMade();
  };
}
