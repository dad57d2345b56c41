import type { Position } from '../../src/images/header/exif-position.ts';
import { anyMediaType } from '../../src/images/header/formats.ts';
import { noPhotoData, type PhotoData } from '../../src/images/header/photo-data.ts';
import { findImages, type ImageRow } from '../../src/images/images.repository.ts';
import { readFailure } from '../../src/shared/failure.ts';
import { builder } from '../core/builder.ts';
import { mayDo, narrowingOf, organizationOf } from '../core/caller.ts';
import { connectionType } from '../core/connection.ts';
import { Failure } from '../core/errors.ts';
import { linkTo, sizeFor } from '../core/links.ts';
import { rowsById } from '../core/loaders.ts';
import { registerNode } from '../core/node.ts';
import { Exif, type ShownExif } from './exif.ts';
import { imageWords, mediaFields } from './media-fields.ts';

export const IndexingStatus = builder.enumType('IndexingStatus', {
  description: 'Whether searchImages can find an image.',
  values: {
    NOT_INDEXED: {
      description: 'The image is not searchable: it was stored with `index: false`, or its bytes cannot be used.',
    },
    INDEXING: { description: 'The image is about to become searchable.' },
    INDEXED: { description: 'The image is searchable.' },
    FAILED: { description: 'The image could not be made searchable; see failure.' },
  } as const,
});

export const ImageStatus = builder.enumType('ImageStatus', {
  description: 'Whether the bytes of an image have arrived.',
  values: {
    AWAITING_UPLOAD: { description: 'The bytes of the upload have not arrived yet.' },
    FETCHING: {
      description:
        'The server is fetching the bytes from their URL, or cutting them out of another image for a new catalogue item.',
    },
    READY: { description: 'The bytes are stored.' },
    FAILED: { description: 'The bytes did not arrive or cannot be used; see failure.' },
  } as const,
});

/** An image: resolvers return a row, or an id (UUID) that is loaded together with the others of the request. */
export const Image = builder.loadableNodeRef(
  'Image',
  rowsById((ids, context) => findImages(context.app.db, organizationOf(context), ids, narrowingOf(context))),
);

Image.implement({
  description: 'An image. Fields that depend on its bytes are null until its status is READY.',
  fields: (t) => ({
    ...mediaFields(t, imageWords),
    status: t.field({
      type: ImageStatus,
      description: 'Whether the bytes have arrived.',
      resolve: (row) => row.status,
    }),
    url: t.field({
      type: 'URL',
      nullable: true,
      description:
        'Signed link to the image, which works without an API key, stays the same for up to an hour and expires within two hours. Without width it leads to the original bytes, whatever their format; if people are hidden in the image (blurPeople), or its EXIF data has a position or a serial number, and the caller has not the scope ORIGINALS, to a rendition of full width. With width it leads to a rendition that every browser shows: an upright JPEG, or WebP for clients whose Accept header takes no JPEG, without metadata such as the GPS position. When an analysis SUCCEEDED or an image is INDEXED, its renditions of 320, 640 and 1280 pixels are there. Any other is made when it is first requested; a request that waits for more than 10 seconds is answered with 503 and Retry-After. Null unless the status is READY.',
      args: {
        width: t.arg.int({
          description:
            'Width in pixels that you need, at least 1. It is rounded up to 320, 640, 1280 or 2560; above that it means full width. An image is never enlarged. Default: the original.',
        }),
      },
      resolve: (row, { width }, context) => {
        const size = width == null ? null : sizeFor(width);
        if (row.status !== 'READY') return null;
        return linkTo(context.app, 'image', row.id, linkParameters(row, size, mayDo(context, 'ORIGINALS')));
      },
    }),
    exif: t.field({
      type: Exif,
      nullable: true,
      description:
        'What the camera wrote about itself and the exposure. Null if there is nothing, and for images stored before this was read.',
      resolve: shownExif,
    }),
    mimeType: t.exposeString('mime_type', {
      nullable: true,
      description: `The format, detected from the bytes rather than taken from the client: ${anyMediaType}.`,
    }),
    width: t.exposeInt('width', { nullable: true, description: 'Width in pixels, after EXIF orientation is applied.' }),
    height: t.exposeInt('height', {
      nullable: true,
      description: 'Height in pixels, after EXIF orientation is applied.',
    }),
    indexingStatus: t.field({
      type: IndexingStatus,
      description: 'Whether searchImages can find the image.',
      resolve: (row) => row.indexing_status,
    }),
    failure: t.field({
      type: Failure,
      nullable: true,
      description: 'Why the status or the indexingStatus is FAILED. Null if neither is.',
      resolve: (row) => readFailure(row),
    }),
    recordedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description:
        'When the picture was taken, as given by the client or in its EXIF data, which is read as UTC if the camera recorded no offset. Null if unknown.',
      resolve: (row) => row.recorded_at,
    }),
  }),
});

function shownExif({ photo, position, shows_position }: ImageRow): ShownExif | null {
  const shown = shows_position ? (position as unknown as Position | null) : null;
  if (photo === null && shown === null) return null;
  return { ...((photo as unknown as PhotoData | null) ?? noPhotoData), position: shown };
}

/** @param size that a client needs; null: the original */
function linkParameters({ blur_people, has_private_exif }: ImageRow, size: string | null, mayReadOriginals: boolean) {
  if (size !== null) return { width: size };
  if (blur_people === 'NONE' && !has_private_exif) return {};
  return mayReadOriginals ? { original: 'true' } : { width: 'full' };
}

registerNode('Image', (context, id) => Image.getDataloader(context).load(id), { permits: ['NARROWED'] });

export const ImageConnection = connectionType('Image', Image);
