import { anyFormat } from '../../src/images/header/formats.ts';
import type { ImageSource } from '../../src/intake/image-source.ts';
import { builder } from '../core/builder.ts';
import { givenId } from '../core/given-id.ts';

export const ImageSourceInput = builder.inputType('ImageSource', {
  description: `Where an image comes from. Its format is ${anyFormat}. The first frame of an animation is used. Set exactly one field.`,
  isOneOf: true,
  fields: (t) => ({
    upload: t.field({ type: 'Upload', description: 'A file of this multipart request.' }),
    base64: t.field({
      type: 'Byte',
      description: 'The bytes as base64, without a `data:` prefix. Size limits apply to the decoded bytes.',
    }),
    imageId: t.id({ description: 'An image that already exists, even if its bytes have not arrived yet.' }),
    uploadId: t.id({
      description:
        'An upload from createUploads. Its bytes may arrive later: until then, whatever uses it is AWAITING_UPLOAD. It becomes FAILED if the bytes cannot be used, and EXPIRED if they never arrive. All uses of one upload share one image.',
    }),
    url: t.field({
      type: 'URL',
      description:
        'A public http or https URL of at most 2048 characters, without user, password or port. The server fetches it after it has responded; until then the image is FETCHING. The URL must return status 200 and the file within 20 seconds, after at most three redirects; otherwise the image is FAILED with DOWNLOAD_FAILED or URL_NOT_ALLOWED. If the server is not configured to fetch URLs, the error is URL_NOT_ALLOWED.',
    }),
  }),
});

/** Converts the input for the intake. */
export function toImageSource(input: typeof ImageSourceInput.$inferInput): ImageSource {
  const { upload, base64, imageId, uploadId, url } = input;
  if (upload != null) return { upload };
  if (base64 != null) return { base64 };
  if (uploadId != null) return { uploadId: givenId('upload', uploadId) };
  if (url != null) return { url: URL.parse(url)?.href ?? url };
  return { imageId: givenId('image', imageId as string) };
}
