import { z } from 'zod';
import { type PictureFormat, pictureFormats } from './format.ts';
import { type PictureSize, pictureSizes } from './sizes.ts';

const size = z.literal(pictureSizes);
const format = z.enum(pictureFormats);

/** A picture that is made from an image and kept beside its bytes, until those are deleted. None carries metadata (EXIF). */
export const derivedPicture = z.discriminatedUnion('kind', [
  /** The whole image. */
  z.object({ kind: z.literal('rendition'), size, format }),
]);

export type DerivedPicture = z.infer<typeof derivedPicture>;

/** The part of its name in the store that tells it from others of the same image. */
export function derivedName(picture: DerivedPicture): string {
  // As JPEG with the name that it had when there was nothing else.
  return `${sizeName(picture.size)}${formatName(picture.format)}`;
}

function sizeName(of: PictureSize): string {
  return of === 'full' ? of : `w${of}`;
}

function formatName(of: PictureFormat): string {
  return of === 'jpeg' ? '' : `.${of}`;
}
