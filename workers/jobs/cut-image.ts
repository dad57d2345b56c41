import { createReadStream } from 'node:fs';
import { findImages } from '../../src/images/images.repository.ts';
import { awaitingImage, failAwaited, settleAwaited } from '../../src/images/receiving/awaiting.ts';
import { discardAll } from '../../src/images/receiving/received.ts';
import { stagePicture } from '../../src/images/receiving/stage-picture.ts';
import { cutImageJob } from '../../src/jobs/definitions.ts';
import { pictureGone } from '../../src/shared/failure.ts';
import { removeFiles } from '../derived-pictures.ts';
import type { JobHandler } from '../job-handler.ts';
import type { WorkerResources } from '../resources.ts';
import type { StoredPictures } from '../stored-pictures.ts';

/** Cuts a part out of an image, as the bytes of another one that waits for them. That one becomes READY, or FAILED. */
export function cutImageHandler(resources: WorkerResources, pictures: StoredPictures): JobHandler<typeof cutImageJob> {
  const { db, blobs } = resources;
  return async ({ organizationId, imageId, fromImageId, box }, { job }) => {
    const images = await findImages(db, organizationId, [imageId, fromImageId]);
    const [target, source] = [imageId, fromImageId].map((id) => images.find((image) => image.id === id));
    if (target?.status !== 'FETCHING') return;
    const awaiting = awaitingImage(organizationId, imageId);
    if (!source?.sha256) return failAwaited(resources, awaiting, pictureGone);
    const file = blobs.temporaryFile();
    try {
      const [x, y, width, height] = box;
      const outcome = await pictures.render(
        { organizationId, sha256: source.sha256 },
        {
          id: imageId,
          renditions: [{ width: null, target: file }],
          view: { kind: 'regions', boxes: [{ x, y, width, height }] },
          priority: cutImageJob.enginePriority,
        },
        {},
      );
      if (!outcome.ok) {
        const again = outcome.failure.retryable && job.attempts < job.max_attempts;
        if (again) throw new Error(`A part of an image could not be cut out: ${outcome.failure.message}`);
        return await failAwaited(resources, awaiting, outcome.failure);
      }
      const received = await stagePicture(resources, organizationId, () => createReadStream(file), null);
      try {
        await settleAwaited(resources, awaiting, received);
      } finally {
        await discardAll([received]);
      }
    } finally {
      await removeFiles([{ target: file }]);
    }
  };
}
