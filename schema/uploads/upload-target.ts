import { readFailure } from '../../src/shared/failure.ts';
import { openUntil, resumableLink, uploadLink } from '../../src/uploads/direct-upload.ts';
import type { UploadStatus as UploadStatusText } from '../../src/uploads/upload-row.ts';
import { findUploads } from '../../src/uploads/uploads.repository.ts';
import { builder } from '../core/builder.ts';
import { organizationOf } from '../core/caller.ts';
import { Failure } from '../core/errors.ts';
import { rowsById } from '../core/loaders.ts';
import { registerNode } from '../core/node.ts';
import { Image } from '../images/image.ts';
import { Video } from '../videos/video.ts';

const UploadStatus = builder.enumType('UploadStatus', {
  description: 'Whether the bytes of an upload have arrived.',
  values: {
    AWAITING_UPLOAD: { description: 'The bytes are expected until expiresAt.' },
    RECEIVED: { description: 'The bytes have arrived. If nothing uses them within 24 hours, they are deleted.' },
    FAILED: { description: 'The bytes have arrived and cannot be used; see failure. Create another upload.' },
    EXPIRED: { description: 'The bytes did not arrive in time; see renewUpload.' },
  } satisfies Record<UploadStatusText, { description: string }>,
});

const Header = builder.objectRef<{ name: string; value: string }>('Header').implement({
  description: 'A header of an HTTP request.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'The name, for example `Content-Type`.' }),
    value: t.exposeString('value', { description: 'The value, to be sent unchanged.' }),
  }),
});

export const UploadTarget = builder.loadableNodeRef(
  'UploadTarget',
  rowsById((ids, context) => findUploads(context.app.db, organizationOf(context), ids)),
);

UploadTarget.implement({
  description:
    'A temporary target for the bytes of one file, for large or many files. Its id can be used as ImageSource.uploadId before or after the bytes arrive.',
  fields: (t) => ({
    status: t.field({
      type: UploadStatus,
      description: 'Whether the bytes have arrived.',
      resolve: (row) => row.status,
    }),
    method: t.string({ description: 'The HTTP method to send the bytes with: `PUT`.', resolve: () => 'PUT' }),
    url: t.field({
      type: 'URL',
      authScopes: { write: true },
      description:
        'The URL to send the bytes to, as the whole body, or in parts with Content-Range, which go on after a cut. It works without an API key until expiresAt. Status 201: received. 308: more bytes are missing, from `receivedBytes` on. 403: expired. 404: deleted. 409: already received, or the part does not follow the last one, or (with Retry-After) another request is sending. 413: too many bytes or pixels, or the plan\'s storage is full. 422: not what was announced, or not a supported image. After 413 or 422 the upload is FAILED, unless the reason was the plan\'s storage; a broken connection changes nothing. Errors are JSON: `{"code", "message"}`. If the URL leads to the server\'s S3 store (another host), 200 means accepted, and the status follows within seconds; 400 or 403 means wrong bytes or expired, with an XML body from S3.',
      resolve: async (row, _args, { app }) => (await uploadLink(app, row)).url,
    }),
    resumableUrl: t.field({
      type: 'URL',
      authScopes: { write: true },
      description:
        "The URL to send the bytes of a large file to, so that it goes on after a cut: whole, or in parts with Content-Range. The same as `url`, unless that leads to the server's S3 store, which takes a file in one request only.",
      resolve: (row, _args, { app }) => resumableLink(app, row),
    }),
    headers: t.field({
      type: [Header],
      authScopes: { write: true },
      description:
        'Headers to send with the bytes, all of them. In a browser, omit Content-Length, which the browser sets itself.',
      resolve: async (row, _args, { app }) => (await uploadLink(app, row)).headers,
    }),
    expiresAt: t.field({
      type: 'DateTime',
      description:
        'Until the bytes have arrived: when the url expires, one hour after it was issued. Afterwards: when unused bytes are deleted.',
      resolve: (row, _args, { app }) => openUntil(app.config, row),
    }),
    image: t.field({
      type: Image,
      nullable: true,
      description: 'The image that the upload is used as. Null until it is used.',
      resolve: (row) => row.image_id,
    }),
    video: t.field({
      type: Video,
      nullable: true,
      description: 'The video that the upload is used as. Null until it is used, and for an image.',
      resolve: (row) => row.video_id,
    }),
    failure: t.field({
      type: Failure,
      nullable: true,
      description: 'Why the upload is FAILED. Null in any other status.',
      resolve: (row) => readFailure(row),
    }),
  }),
});

registerNode('UploadTarget', (context, id) => UploadTarget.getDataloader(context).load(id));
