import { noteUndecodable } from '../../src/images/bytes/undecodable.repository.ts';
import { findImages } from '../../src/images/images.repository.ts';
import type { PayloadOf } from '../../src/jobs/define-job.ts';
import { renderImageJob } from '../../src/jobs/definitions.ts';
import { type DerivedPicture, derivedName } from '../../src/pictures/derived-picture.ts';
import { fitSize } from '../../src/pictures/sizes.ts';
import { isFaultOfBytes } from '../../src/shared/failure.ts';
import { keepDerived, removeFiles } from '../derived-pictures.ts';
import type { JobHandler } from '../job-handler.ts';
import type { WorkerResources } from '../resources.ts';
import type { StoredPictures } from '../stored-pictures.ts';

/** What older versions asked for. */
const smallest: DerivedPicture = { kind: 'rendition', size: 320, format: 'jpeg' };

/**
 * Makes a picture that a request waits for, and tells it. What cannot be made of these bytes is remembered with them; what failed
 * for another reason is tried again.
 */
export function renderImageHandler(
  resources: WorkerResources,
  pictures: StoredPictures,
): JobHandler<typeof renderImageJob> {
  const { db, blobs, hints, logger } = resources;
  return async (payload, { job }) => {
    const { organizationId, imageId, picture = smallest } = payload;
    const [image] = await findImages(db, organizationId, [imageId]);
    if (!image?.sha256) return;
    const key = { organizationId, sha256: image.sha256 };
    const fitting = { ...picture, size: fitSize(picture.size, image.width!) };
    const made = { name: derivedName(fitting), target: targetOf(fitting) };
    // An analysis may have been faster.
    if (await blobs.has({ ...key, derived: made.name })) return hints.picturesMade();
    try {
      const outcome = await pictures.render(
        key,
        {
          id: imageId,
          renditions: [{ width: fitting.size === 'full' ? null : fitting.size, target: made.target }],
          priority: renderImageJob.enginePriority,
        },
        {},
      );
      if (outcome.ok) await keepDerived(resources, key, [made]);
      else if (isFaultOfBytes(outcome.failure)) await noteUndecodable(db, key, outcome.failure);
      else if (outcome.failure.retryable && job.attempts < job.max_attempts) throw new Error(outcome.failure.message);
      else logger.warn({ imageId, ...outcome.failure }, 'A picture could not be made.');
    } finally {
      await removeFiles([made]);
    }
    hints.picturesMade();
  };

  function targetOf({ format }: PayloadPicture): string {
    return `${blobs.temporaryFile()}${format === 'webp' ? '.webp' : ''}`;
  }
}

type PayloadPicture = NonNullable<PayloadOf<typeof renderImageJob>['picture']>;
