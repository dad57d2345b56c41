import type { ImageSource } from '../../src/images/intake.ts';
import { builder } from '../core/builder.ts';
import { givenId } from '../core/given-id.ts';

export const ImageSourceInput = builder.inputType('ImageSource', {
  description:
    'Where a picture comes from: JPEG, PNG, WebP, GIF, AVIF or HEIC, of an animation its first frame. Exactly one.',
  isOneOf: true,
  fields: (t) => ({
    upload: t.field({ type: 'Upload', description: 'A file of this multipart request.' }),
    base64: t.field({
      type: 'Byte',
      description: 'The bytes as base64 without a `data:` prefix; limits count the decoded bytes.',
    }),
    imageId: t.id({ description: 'An image already stored, or on its way.' }),
    uploadId: t.id({
      description:
        'From createUploads. Its bytes may still be on their way: what is made of it is AWAITING_UPLOAD until they come, and FAILED or EXPIRED when they cannot be used or never come. All uses of one upload are one image.',
    }),
    url: t.field({
      type: 'URL',
      description:
        'Public http or https address without user, password or port, at most 2048 characters, fetched by the server once it has answered, when it is set up to do so; else URL_NOT_ALLOWED. It must answer 200 with the file within 20 seconds, over at most three redirects. The image is FETCHING until then, and FAILED with DOWNLOAD_FAILED or URL_NOT_ALLOWED when it does not.',
    }),
  }),
});

/** The input as the intake takes it. */
export function toImageSource(input: typeof ImageSourceInput.$inferInput): ImageSource {
  const { upload, base64, imageId, uploadId, url } = input;
  if (upload != null) return { upload };
  if (base64 != null) return { base64 };
  if (uploadId != null) return { uploadId: givenId('upload', uploadId) };
  if (url != null) return { url: url.href };
  return { imageId: givenId('image', imageId as string) };
}
