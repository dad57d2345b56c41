import type { Received } from '../images/receiving/received.ts';
import type { ImageSource } from '../intake/image-source.ts';
import { receiveImages } from '../intake/intake.ts';
import type { Resources } from '../resources.ts';
import { MediaError, NotFoundError, ValidationError } from '../user-error.ts';

/** The pictures of one item as they were sent. */
export interface PictureSources {
  thumbnail?: ImageSource | null;
  references: readonly ImageSource[];
}

/** Those that arrived; for a rejected one, an error was thrown. */
export interface ReceivedPictures {
  thumbnail: Received | null;
  references: Received[];
  /** Both, for `discardAll`. */
  all: Received[];
}

/** Receives an item's pictures, including rejected ones: see `assertNoneRejected`. */
export async function receivePictures(
  app: Pick<Resources, 'db' | 'blobs' | 'config'>,
  organizationId: string,
  { thumbnail, references }: PictureSources,
): Promise<ReceivedPictures> {
  const sources = thumbnail ? [thumbnail, ...references] : [...references];
  const all = await receiveImages(app, organizationId, sources);
  return { all, thumbnail: thumbnail ? all[0]! : null, references: thumbnail ? all.slice(1) : all };
}

/**
 * An item takes all of its images or none.
 * @param referencesField the input field that they came in
 * @param unknownImage the operation's error for an unknown image id
 * @throws for the first rejected source, with its path in the message.
 */
export function assertNoneRejected(
  { thumbnail, references }: ReceivedPictures,
  referencesField: string,
  unknownImage: 'NotFoundError' | 'ValidationError',
): void {
  const withPaths = references.map((received, index) => ({ received, path: [referencesField, String(index)] }));
  if (thumbnail) withPaths.unshift({ received: thumbnail, path: ['thumbnail'] });
  for (const { received, path } of withPaths) {
    if (received.kind !== 'rejected') continue;
    const { error } = received;
    if (error instanceof MediaError)
      throw new MediaError(error.code, `${path.join('.')}: ${error.message}`, error.limit);
    if (unknownImage === 'ValidationError' && error instanceof NotFoundError)
      throw new ValidationError([{ path: [...path, 'imageId'], message: error.message }]);
    throw error;
  }
}
