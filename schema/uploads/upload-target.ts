import { readFailure } from '../../src/shared/failure.ts';
import { openUntil, uploadLink } from '../../src/uploads/direct-upload.ts';
import type { UploadRow, UploadStatus as UploadStatusText } from '../../src/uploads/upload-row.ts';
import { findUploads } from '../../src/uploads/uploads.repository.ts';
import { builder } from '../core/builder.ts';
import { mayDo, organizationOf } from '../core/caller.ts';
import { Failure } from '../core/errors.ts';
import { registerNode } from '../core/node.ts';
import { Image } from '../images/image.ts';

const UploadStatus = builder.enumType('UploadStatus', {
  description: 'Whether the bytes of an upload have come.',
  values: {
    AWAITING_UPLOAD: { description: 'They are awaited until expiresAt.' },
    RECEIVED: { description: 'They are here. Those that nobody uses for 24 hours are removed.' },
    FAILED: { description: 'They came and cannot be used; see failure. Make another upload.' },
    EXPIRED: { description: 'They did not come in time; see renewUpload.' },
  } satisfies Record<UploadStatusText, { description: string }>,
});

const Header = builder.objectRef<{ name: string; value: string }>('Header').implement({
  description: 'A header of an HTTP request.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'For example `Content-Type`.' }),
    value: t.exposeString('value', { description: 'To be sent as it is.' }),
  }),
});

export const UploadTarget = builder.loadableNodeRef('UploadTarget', {
  id: { resolve: (row: UploadRow) => row.id },
  load: (ids: string[], context) => findUploads(context.app.db, organizationOf(context), ids),
  toKey: (row) => row.id,
  sort: true,
});

UploadTarget.implement({
  description:
    'A temporary place to send the bytes of one file to, for large or many files. Its id may be used as a picture (ImageSource.uploadId) before or after they have come.',
  fields: (t) => ({
    status: t.field({ type: UploadStatus, description: 'Whether its bytes have come.', resolve: (row) => row.status }),
    method: t.string({ description: 'HTTP method to send the bytes with: `PUT`.', resolve: () => 'PUT' }),
    url: t.field({
      type: 'URL',
      description:
        'Where to send the bytes, as the whole body, once; it works without a key until expiresAt. Answers: 201 received; 403 expired; 404 gone; 409 sent before; 413 too large, in bytes, in pixels or for the plan; 422 not what was announced, or not a picture that is read. What is refused with 413 or 422 makes the upload FAILED, except for the plan; a connection that breaks changes nothing. Errors are JSON: `{"code", "message"}`. A server may have the bytes sent to its S3 store itself instead (another host): 200 taken, of which the status tells some seconds later; 400 or 403 not these bytes, or expired, in the XML of S3.',
      resolve: async (row, _args, { app }) => (await uploadLink(app, row)).url,
    }),
    headers: t.field({
      type: [Header],
      description:
        'To be sent with the bytes, all of them. Pages leave out Content-Length, which browsers send themselves.',
      resolve: async (row, _args, { app }) => (await uploadLink(app, row)).headers,
    }),
    expiresAt: t.field({
      type: 'DateTime',
      description:
        'Until when bytes are taken, an hour from when it was made or renewed; once they have come, until when they are kept unused.',
      resolve: (row, _args, { app }) => openUntil(app.config, row),
    }),
    image: t.field({
      type: Image,
      nullable: true,
      description: 'What it is used as; null: not used yet.',
      resolve: (row) => row.image_id,
    }),
    failure: t.field({
      type: Failure,
      nullable: true,
      description: 'Why it is FAILED; else null.',
      resolve: (row) => readFailure(row),
    }),
  }),
});

/** Its url lets bytes in, so who may only read does not get it. */
registerNode('UploadTarget', async (context, id) =>
  mayDo(context, 'WRITE') ? UploadTarget.getDataloader(context).load(id) : null,
);
