import type { Config } from '../../config.ts';
import type { FetchAttempt } from '../../fetching/attempts.ts';
import type { BlobStore } from '../../storage/blob-store.ts';
import { findImages } from '../images.repository.ts';
import { awaitingImage } from '../receiving/awaiting.ts';
import { stagePicture } from '../receiving/stage-picture.ts';
import { type FetchResources, fetchNamed } from './fetch-named.ts';

const totalMs = 20_000;

interface App extends FetchResources {
  blobs: BlobStore;
  config: Pick<Config, 'maxUploadBytes' | 'maxImagePixels' | 'urlIngest'>;
}

/**
 * Fetches the picture of a FETCHING image. It becomes READY, and what waits for it can be claimed, or FAILED together with what
 * waits for it.
 * @returns the image if another attempt makes sense.
 * @throws as fetchNamed.
 */
export async function fetchImage(
  app: App,
  { organizationId, imageId }: { organizationId: string; imageId: string },
  attempt: FetchAttempt,
): Promise<{ id: string; url: string } | null> {
  const [image] = await findImages(app.db, organizationId, [imageId]);
  if (image?.status !== 'FETCHING') return null;
  const url = image.source_url!;
  const again = await fetchNamed(
    app,
    {
      url,
      noun: 'image',
      totalMs,
      stage: (body) => stagePicture(app, organizationId, () => body, null),
      awaiting: awaitingImage(organizationId, imageId),
    },
    attempt,
  );
  return again ? { id: imageId, url } : null;
}
