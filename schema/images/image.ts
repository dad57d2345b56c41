import type { Position } from '../../src/images/header/exif-position.ts';
import { anyMediaType } from '../../src/images/header/formats.ts';
import { noPhotoData, type PhotoData } from '../../src/images/header/photo-data.ts';
import { findImages, type ImageRow } from '../../src/images/images.repository.ts';
import { roundUp } from '../../src/pictures/sizes.ts';
import { refusal } from '../../src/refusal.ts';
import { readFailure } from '../../src/shared/failure.ts';
import { nextHour, signLink } from '../../src/storage/signed-links.ts';
import { builder } from '../core/builder.ts';
import { mayDo, narrowingOf, organizationOf } from '../core/caller.ts';
import { connectionType } from '../core/connection.ts';
import { Failure } from '../core/errors.ts';
import { registerNode } from '../core/node.ts';
import { BlurPeople } from '../tasks/privacy.ts';
import { Exif, type ShownExif } from './exif.ts';

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
export const Image = builder.loadableNodeRef('Image', {
  id: { resolve: (image: ImageRow) => image.id },
  load: (ids: string[], context) => findImages(context.app.db, organizationOf(context), ids, narrowingOf(context)),
  toKey: (image) => image.id,
  sort: true,
});

Image.implement({
  description: 'An image. Fields that depend on its bytes are null until its status is READY.',
  fields: (t) => ({
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
        const { app } = context;
        if (width != null && width < 1) throw refusal('BAD_USER_INPUT', `width is ${width}; expected 1 or more.`);
        if (row.status !== 'READY') return null;
        const parameters = linkParameters(row, width ?? null, mayDo(context, 'ORIGINALS'));
        return signLink(
          { publicUrl: app.publicUrl(), secret: app.urlSecret },
          { kind: 'image', id: row.id, expiresAt: nextHour(new Date()), parameters },
        );
      },
    }),
    blurPeople: t.field({
      type: BlurPeople,
      description:
        'What of people is hidden in every picture that is made from the image: the most that a task has said which analysed it (Task.privacy).',
      resolve: (row) => row.blur_people,
    }),
    exif: t.field({
      type: Exif,
      nullable: true,
      description:
        'What the camera wrote about itself and the exposure. Null if there is nothing, and for images stored before this was read.',
      resolve: shownExif,
    }),
    sourceUrl: t.field({
      type: 'URL',
      nullable: true,
      description:
        'The URL from which the server fetched, or is fetching, the image. Null if the image was sent by the client.',
      resolve: (image) => image.source_url,
    }),
    sha256: t.exposeString('sha256', { nullable: true, description: 'SHA-256 of the bytes, in lower-case hex.' }),
    mimeType: t.exposeString('mime_type', {
      nullable: true,
      description: `The format, detected from the bytes rather than taken from the client: ${anyMediaType}.`,
    }),
    byteSize: t.float({
      nullable: true,
      description: 'Size in bytes.',
      resolve: (row) => (row.byte_size === null ? null : Number(row.byte_size)),
    }),
    width: t.exposeInt('width', { nullable: true, description: 'Width in pixels, after EXIF orientation is applied.' }),
    height: t.exposeInt('height', {
      nullable: true,
      description: 'Height in pixels, after EXIF orientation is applied.',
    }),
    filename: t.exposeString('filename', {
      nullable: true,
      description: 'The file name sent by the client. Null if there was none.',
    }),
    externalId: t.exposeString('external_id', {
      nullable: true,
      description: 'Your own id for the image. Null if there is none.',
    }),
    placeId: t.exposeString('place_id', {
      nullable: true,
      description: 'Your own id for the place where the picture was taken. Null if there is none.',
    }),
    metadata: t.field({
      type: 'JSONObject',
      description: 'Your own data.',
      resolve: (row) => row.metadata as Record<string, unknown>,
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
    createdAt: t.field({
      type: 'DateTime',
      description: 'When the image was stored.',
      resolve: (row) => row.created_at,
    }),
  }),
});

function shownExif({ photo, position, shows_position }: ImageRow): ShownExif | null {
  const shown = shows_position ? (position as unknown as Position | null) : null;
  if (photo === null && shown === null) return null;
  return { ...((photo as unknown as PhotoData | null) ?? noPhotoData), position: shown };
}

/** @param width that a client needs; null: the original */
function linkParameters({ blur_people, has_private_exif }: ImageRow, width: number | null, mayReadOriginals: boolean) {
  if (width !== null) return { width: String(roundUp(width)) };
  if (blur_people === 'NONE' && !has_private_exif) return {};
  return mayReadOriginals ? { original: 'true' } : { width: 'full' };
}

registerNode('Image', (context, id) => Image.getDataloader(context).load(id), { permits: ['NARROWED'] });

export const ImageConnection = connectionType('Image', Image);
