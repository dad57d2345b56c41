import { z } from 'zod';
import { encodeId } from '../../src/ids.ts';
import {
  type DeletionOutcome,
  deleteImages,
  type UploadOutcome,
  uploadImages,
} from '../../src/images/images.service.ts';
import { ConflictError, MediaError, NotFoundError, QuotaExceededError, ValidationError } from '../../src/user-error.ts';
import { builder } from '../core/builder.ts';
import { organizationOf } from '../core/caller.ts';
import { resultUnion } from '../core/errors.ts';
import { givenIds } from '../core/given-id.ts';
import { Image } from './image.ts';
import { ImageSourceInput, toImageSource } from './image-source.ts';

/** As many as one batch holds at most. */
const maxUploads = 200;
const maxDeletions = 500;

const ImageInput = builder.inputType('ImageInput', {
  description: 'A picture to store. With source imageId the stored image stays as it is.',
  fields: (t) => ({
    source: t.field({ type: ImageSourceInput, required: true, description: 'Where its bytes come from.' }),
    externalId: t.string({ description: "The client's own id for it, at most 255 characters." }),
    placeId: t.string({ description: "The client's id of where it was taken, at most 255 characters." }),
    recordedAt: t.field({ type: 'DateTime', description: 'When it was taken. Left out: from EXIF.' }),
    metadata: t.field({
      type: 'JSONObject',
      description: 'At most 10 keys; values are text of at most 500 characters, numbers, true, false or null.',
    }),
    index: t.boolean({
      required: true,
      defaultValue: true,
      description: 'true: it is made searchable, and is INDEXING until it is; false: searchImages never finds it.',
    }),
  }),
});

const UploadImageResult = resultUnion('UploadImageResult', {
  description: 'The image, or why it was not stored.',
  success: Image,
  errors: [MediaError, ValidationError, NotFoundError, QuotaExceededError],
});

const UploadImagesPayload = builder.objectRef<{ results: UploadOutcome[] }>('UploadImagesPayload').implement({
  description: 'What became of each picture.',
  fields: (t) => ({
    results: t.field({
      type: [UploadImageResult],
      description: 'In the order of the request.',
      resolve: ({ results }) => results,
    }),
  }),
});

builder.mutationField('uploadImages', (t) =>
  t.field({
    type: UploadImagesPayload,
    description: 'Stores pictures, each for itself: one that cannot be used stops no other.',
    args: {
      images: t.arg({
        type: [ImageInput],
        required: true,
        description: `At most ${maxUploads}.`,
        validate: z.array(z.unknown()).max(maxUploads, `images takes at most ${maxUploads}. Send them in parts.`),
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

const DeletedImage = builder.objectRef<{ id: string; analysesKept: number }>('DeletedImage').implement({
  description: 'The picture, its renditions and embeddings are gone; analyses keep their results without it.',
  fields: (t) => ({
    id: t.id({ description: 'Of the image that was.', resolve: ({ id }) => encodeId('image', id) }),
    analysesKept: t.exposeInt('analysesKept', { description: 'Analyses that now have no picture.' }),
  }),
});

const DeleteImageResult = resultUnion('DeleteImageResult', {
  description: "What became of one image; ConflictError: it is a catalogue item's picture.",
  success: DeletedImage,
  errors: [NotFoundError, ConflictError],
});

const DeleteImagesPayload = builder.objectRef<{ results: DeletionOutcome[] }>('DeleteImagesPayload').implement({
  description: 'What became of each image.',
  fields: (t) => ({
    results: t.field({
      type: [DeleteImageResult],
      description: 'In the order of the ids.',
      resolve: ({ results }) => results,
    }),
  }),
});

builder.mutationField('deleteImages', (t) =>
  t.field({
    type: DeleteImagesPayload,
    description:
      'Deletes images with their bytes, renditions and embeddings, each for itself. Analyses keep their results without the picture.',
    args: {
      ids: t.arg.idList({
        required: true,
        description: `At most ${maxDeletions}.`,
        validate: z.array(z.unknown()).max(maxDeletions, `ids takes at most ${maxDeletions}. Send them in parts.`),
      }),
    },
    resolve: async (_root, { ids }, context) => ({
      results: await deleteImages(context.app, organizationOf(context), givenIds('image', ids)),
    }),
  }),
);
