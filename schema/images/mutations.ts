import { encodeId } from '../../src/ids.ts';
import { updateImage } from '../../src/images/update-image.ts';
import {
  type DeletionOutcome,
  deleteImages,
  type UploadOutcome,
  uploadImages,
} from '../../src/intake/images.service.ts';
import { ConflictError, MediaError, NotFoundError, QuotaExceededError, ValidationError } from '../../src/user-error.ts';
import { builder } from '../core/builder.ts';
import { organizationOf } from '../core/caller.ts';
import { resultUnion } from '../core/errors.ts';
import { givenId, givenIds } from '../core/given-id.ts';
import { atMost, outcomesPayload } from '../core/several.ts';
import { Image } from './image.ts';
import { ImageSourceInput, toImageSource } from './image-source.ts';
import { imageWords, mediaInputs, metadataRule } from './media-fields.ts';

/** The largest batch size of any plan. */
const maxUploads = 200;
const maxDeletions = 500;

const ImageInput = builder.inputType('ImageInput', {
  description: 'An image to store. If the source is an imageId, the stored image is not changed.',
  fields: (t) => ({
    source: t.field({ type: ImageSourceInput, required: true, description: 'Where the image comes from.' }),
    ...mediaInputs(t, imageWords),
    recordedAt: t.field({
      type: 'DateTime',
      description: 'When the picture was taken. Default: the time in its EXIF data.',
    }),
    index: t.boolean({
      required: true,
      defaultValue: true,
      description:
        'Whether to make the image searchable. Its indexingStatus is INDEXING until searchImages can find it.',
    }),
  }),
});

const UploadImageResult = resultUnion('UploadImageResult', {
  description: 'The image, or the reason why it was not stored.',
  success: Image,
  errors: [MediaError, ValidationError, NotFoundError, QuotaExceededError],
});

const UploadImagesPayload = outcomesPayload<UploadOutcome>('UploadImagesPayload', {
  each: 'image',
  per: 'image, in the order of the request',
  type: UploadImageResult,
});

builder.mutationField('uploadImages', (t) =>
  t.field({
    type: UploadImagesPayload,
    description: 'Stores images, each independently of the others: one that cannot be used does not affect the rest.',
    args: {
      images: t.arg({
        type: [ImageInput],
        required: true,
        description: `The images to store, at most ${maxUploads}.`,
        validate: atMost('images', maxUploads),
      }),
    },
    resolve: async (_root, { images }, context) => ({
      results: await uploadImages(
        context.app,
        organizationOf(context),
        images.map((image) => ({ ...image, source: toImageSource(image.source) })),
      ),
    }),
  }),
);

const UpdateImageInput = builder.inputType('UpdateImageInput', {
  description: 'Changes to an image. A field that is omitted stays unchanged; a field that is null is cleared.',
  fields: (t) => ({
    id: t.id({ required: true, description: 'The image to change.' }),
    ...mediaInputs(t, imageWords),
    recordedAt: t.field({
      type: 'DateTime',
      description:
        'When the picture was taken. If it is null when the bytes arrive, the time in their EXIF data is used; a time that is cleared later stays null.',
    }),
    metadata: t.field({ type: 'JSONObject', description: `Replaces all of your own data, ${metadataRule}` }),
    index: t.boolean({
      description:
        'True makes an image searchable that was stored with `index: false`, or that failed to become so for a reason that may have passed. It cannot be undone: an image stays searchable until it is deleted. False and null are a ValidationError.',
    }),
  }),
});

const UpdateImageResult = resultUnion('UpdateImageResult', {
  description:
    'The changed image, or the reason why nothing was changed. ConflictError: the image cannot be made searchable, because its bytes did not arrive, cannot be used, or belong to a catalogue item only.',
  success: Image,
  errors: [ValidationError, NotFoundError, ConflictError],
});

builder.mutationField('updateImage', (t) =>
  t.field({
    type: UpdateImageResult,
    description:
      'Changes the data stored with an image, and can make it searchable later. Analyses keep the data that they were submitted with.',
    args: { input: t.arg({ type: UpdateImageInput, required: true, description: 'The changes.' }) },
    resolve: (_root, { input }, context) =>
      updateImage(context.app, organizationOf(context), { ...input, id: givenId('image', input.id) }),
  }),
);

const DeletedImage = builder.objectRef<{ id: string; analysesKept: number }>('DeletedImage').implement({
  description: 'The image, its renditions and its embeddings have been deleted. Its analyses keep their results.',
  fields: (t) => ({
    id: t.id({ description: 'The id of the deleted image.', resolve: ({ id }) => encodeId('image', id) }),
    analysesKept: t.exposeInt('analysesKept', {
      description: 'Number of analyses that used the image and keep their results.',
    }),
  }),
});

const DeleteImageResult = resultUnion('DeleteImageResult', {
  description: 'The deleted image. ConflictError: the image belongs to a catalogue item.',
  success: DeletedImage,
  errors: [NotFoundError, ConflictError],
});

const DeleteImagesPayload = outcomesPayload<DeletionOutcome>('DeleteImagesPayload', {
  each: 'image',
  type: DeleteImageResult,
});

builder.mutationField('deleteImages', (t) =>
  t.field({
    type: DeleteImagesPayload,
    description:
      'Deletes images with their bytes, renditions and embeddings, each independently of the others. Analyses keep their results.',
    args: {
      ids: t.arg.idList({
        required: true,
        description: `The images to delete, at most ${maxDeletions}.`,
        validate: atMost('ids', maxDeletions),
      }),
    },
    resolve: async (_root, { ids }, context) => ({
      results: await deleteImages(context.app, organizationOf(context), givenIds('image', ids)),
    }),
  }),
);
