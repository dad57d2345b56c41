import { findImages, type ImageRow } from '../../src/images/images.repository.ts';
import { refusal } from '../../src/refusal.ts';
import { readFailure } from '../../src/shared/failure.ts';
import { signImageUrl } from '../../src/storage/signed-url.ts';
import { builder } from '../core/builder.ts';
import { organizationOf } from '../core/caller.ts';
import { connectionType } from '../core/connection.ts';
import { Failure } from '../core/errors.ts';
import { registerNode } from '../core/node.ts';

export const IndexingStatus = builder.enumType('IndexingStatus', {
  description: 'Whether an image can be found by search.',
  values: {
    NOT_INDEXED: { description: 'It cannot, and nobody asked for it.' },
    INDEXING: { description: 'It will be soon.' },
    INDEXED: { description: 'It can.' },
    FAILED: { description: 'It cannot; see failure.' },
  } as const,
});

export const ImageStatus = builder.enumType('ImageStatus', {
  description: 'Whether the bytes of an image are here.',
  values: {
    AWAITING_UPLOAD: { description: 'They are on their way.' },
    FETCHING: { description: 'They are being fetched from their URL.' },
    READY: { description: 'They are here.' },
    FAILED: { description: 'They did not come or cannot be used; see failure.' },
  } as const,
});

/** An image by its row or its id (a UUID), which is loaded with others. */
export const Image = builder.loadableNodeRef('Image', {
  id: { resolve: (image: ImageRow) => image.id },
  load: (ids: string[], context) => findImages(context.app.db, organizationOf(context), ids),
  toKey: (image) => image.id,
  sort: true,
});

Image.implement({
  description: 'A picture. What depends on its bytes is null until status is READY.',
  fields: (t) => ({
    status: t.field({ type: ImageStatus, description: 'Whether its bytes are here.', resolve: (row) => row.status }),
    url: t.field({
      type: 'URL',
      nullable: true,
      description:
        'Signed link to the picture: works without a key, stays the same within an hour, expires within two.',
      args: {
        width: t.arg.int({
          description: 'Pixels wanted; the smallest rendition that has as many is linked. Left out: the original.',
        }),
      },
      resolve: (row, { width }, { app }) => {
        if (width != null && width < 1) throw refusal('BAD_USER_INPUT', `width is ${width}; expected 1 or more.`);
        if (row.status !== 'READY') return null;
        const now = new Date();
        return signImageUrl({ publicUrl: app.publicUrl(), secret: app.urlSecret, imageId: row.id, width, now });
      },
    }),
    sourceUrl: t.field({
      type: 'URL',
      nullable: true,
      description: 'Where the server fetched it from, or tries to; null when it was sent.',
      resolve: (image) => image.source_url,
    }),
    sha256: t.exposeString('sha256', { nullable: true, description: 'Of the bytes, lower-case hex.' }),
    mimeType: t.exposeString('mime_type', {
      nullable: true,
      description:
        'By the bytes, not by what the client said: image/jpeg, image/png, image/webp, image/gif, image/avif, image/heic.',
    }),
    byteSize: t.float({
      nullable: true,
      description: 'Bytes.',
      resolve: (row) => (row.byte_size === null ? null : Number(row.byte_size)),
    }),
    width: t.exposeInt('width', { nullable: true, description: 'Pixels, after EXIF orientation.' }),
    height: t.exposeInt('height', { nullable: true, description: 'Pixels, after EXIF orientation.' }),
    filename: t.exposeString('filename', { nullable: true, description: 'As the client named the file.' }),
    externalId: t.exposeString('external_id', { nullable: true, description: "The client's own id for it." }),
    placeId: t.exposeString('place_id', { nullable: true, description: "The client's id of where it was taken." }),
    metadata: t.field({
      type: 'JSONObject',
      description: 'What the client attached.',
      resolve: (row) => row.metadata as Record<string, unknown>,
    }),
    indexingStatus: t.field({
      type: IndexingStatus,
      description: 'Whether it can be found by search.',
      resolve: (row) => row.indexing_status,
    }),
    failure: t.field({
      type: Failure,
      nullable: true,
      description: 'Why its status or its indexingStatus is FAILED; else null.',
      resolve: (row) => readFailure(row),
    }),
    recordedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description:
        'When the picture was taken, from the client or EXIF (taken as UTC where the camera wrote no offset); null when neither says.',
      resolve: (row) => row.recorded_at,
    }),
    createdAt: t.field({ type: 'DateTime', description: 'When it was stored.', resolve: (row) => row.created_at }),
  }),
});

registerNode('Image', (context, id) => Image.getDataloader(context).load(id));

export const ImageConnection = connectionType('Image', Image);
