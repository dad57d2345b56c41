import type { ImageSource } from '../src/images/intake.ts';
import { builder } from './builder.ts';
import { givenId } from './given-id.ts';

export const ImageSourceInput = builder.inputType('ImageSource', {
  description: 'Where a picture comes from: JPEG, PNG, WebP, GIF (its first frame) or AVIF. Exactly one.',
  isOneOf: true,
  fields: (t) => ({
    upload: t.field({ type: 'Upload', description: 'A file of this multipart request.' }),
    base64: t.field({
      type: 'Byte',
      description: 'The bytes as base64 without a `data:` prefix; limits count the decoded bytes.',
    }),
    imageId: t.id({ description: 'An image already stored.' }),
  }),
});

/** The input as the intake takes it. */
export function toImageSource({ upload, base64, imageId }: typeof ImageSourceInput.$inferInput): ImageSource {
  if (upload != null) return { upload };
  if (base64 != null) return { base64 };
  return { imageId: givenId('image', imageId as string) };
}
