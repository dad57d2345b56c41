import { findImages } from '../../src/images/images.repository.ts';
import { renderImageJob } from '../../src/jobs/definitions.ts';
import { type DerivedPicture, derivedName } from '../../src/pictures/derived-picture.ts';
import type { JobHandler } from '../job-handler.ts';
import { makePicture } from '../make-picture.ts';
import { findView } from '../picture-views.ts';
import type { WorkerResources } from '../resources.ts';
import type { StoredPictures } from '../stored-pictures.ts';

/** The payload of older versions. */
const smallest: DerivedPicture = { kind: 'rendition', size: 320, format: 'jpeg' };

/** Makes a picture of an image that a request waits for. */
export function renderImageHandler(
  resources: WorkerResources,
  pictures: StoredPictures,
): JobHandler<typeof renderImageJob> {
  const { db } = resources;
  return async ({ organizationId, imageId, picture = smallest }, { job }) => {
    const [image] = await findImages(db, organizationId, [imageId]);
    if (!image?.sha256) return;
    const key = { organizationId, sha256: image.sha256 };
    const { size, format, blur = null } = picture;
    await makePicture(
      resources,
      { key, name: derivedName(picture), size, format },
      async (rendition) => {
        const view = await findView(db, organizationId, imageId, picture);
        if (view === undefined) return null;
        const { enginePriority: priority } = renderImageJob;
        return pictures.render(key, { id: imageId, renditions: [rendition], view, blur, priority }, {});
      },
      { job, subject: { imageId } },
    );
  };
}
