import { rm } from 'node:fs/promises';
import { isBlobKept } from '../../src/images/bytes/blobs.repository.ts';
import { findImages } from '../../src/images/images.repository.ts';
import { renderImageJob } from '../../src/jobs/definitions.ts';
import { renditionWidths } from '../../src/storage/renditions.ts';
import type { JobHandler } from '../job-handler.ts';
import type { WorkerResources } from '../resources.ts';
import type { StoredPictures } from '../stored-pictures.ts';

/** Makes the smaller versions of a picture, the first time that somebody asks for one. */
export function renderImageHandler(
  { db, blobs, logger }: WorkerResources,
  pictures: StoredPictures,
): JobHandler<typeof renderImageJob> {
  return async ({ organizationId, imageId }) => {
    const [image] = await findImages(db, organizationId, [imageId]);
    if (!image?.sha256) return;
    const key = { organizationId, sha256: image.sha256 };
    // Only these: what an engine makes of a narrower picture would have a width that no link asks for and no deletion looks for.
    const widths = renditionWidths.filter((width) => width < (image.width ?? 0));
    const renditions = widths.map((width) => ({ width, target: blobs.temporaryFile() }));
    try {
      const outcome = await pictures.render(
        key,
        { id: imageId, renditions, priority: renderImageJob.enginePriority },
        {},
      );
      if (!outcome.ok) return logger.warn({ imageId, ...outcome.failure }, 'A picture could not be made smaller.');
      for (const { width, target } of renditions) await blobs.put({ ...key, width }, target);
      // Whoever deletes the picture from here on removes them, too. Whoever did before has not seen them.
      if (await isBlobKept(db, organizationId, image.sha256)) return;
      for (const { width } of renditions) await blobs.remove({ ...key, width });
    } finally {
      for (const { target } of renditions) await rm(target, { force: true });
    }
  };
}
