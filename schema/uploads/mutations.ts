import { z } from 'zod';
import { createUploads } from '../../src/uploads/create-uploads.ts';
import { renewUpload } from '../../src/uploads/renew-upload.ts';
import type { UploadRow } from '../../src/uploads/upload-row.ts';
import {
  ConflictError,
  IdempotencyConflictError,
  MediaError,
  NotFoundError,
  QuotaExceededError,
  ValidationError,
} from '../../src/user-error.ts';
import { builder } from '../core/builder.ts';
import { organizationOf } from '../core/caller.ts';
import { resultUnion } from '../core/errors.ts';
import { givenId } from '../core/given-id.ts';
import { requestKey, requestKeyHelp } from '../core/request-key.ts';
import { UploadTarget } from './upload-target.ts';

const maxUploads = 500;

const CreateUploadInput = builder.inputType('CreateUploadInput', {
  description: 'A file that is going to be sent.',
  fields: (t) => ({
    filename: t.string({ required: true, description: 'Kept with the image; 1 to 255 characters, never a path here.' }),
    mimeType: t.string({
      required: true,
      description:
        'image/jpeg, image/png, image/webp, image/gif, image/avif or image/heic. Bytes of another type than announced are refused.',
    }),
    byteSize: t.float({
      description:
        'Bytes. When given, exactly as many must come. Servers that have bytes sent to their S3 store require it.',
    }),
    sha256: t.string({
      description:
        'Of the bytes, 64 hexadecimal digits. When given, theirs must be this. Servers that have bytes sent to their S3 store require it.',
    }),
  }),
});

const CreateUploadsPayload = builder.objectRef<{ uploads: UploadRow[] }>('CreateUploadsPayload').implement({
  description: 'Places for the files.',
  fields: (t) => ({
    uploads: t.field({
      type: [UploadTarget],
      description: 'In the order of the request.',
      resolve: ({ uploads }) => uploads,
    }),
  }),
});

const CreateUploadsResult = resultUnion('CreateUploadsResult', {
  description: 'Places for the files, or why there are none.',
  success: CreateUploadsPayload,
  errors: [ValidationError, MediaError, QuotaExceededError, IdempotencyConflictError],
});

builder.mutationField('createUploads', (t) =>
  t.field({
    type: CreateUploadsResult,
    description:
      'Makes places to send files to, all or none: the bytes go by PUT to the url of each, with the headers it names, at any pace and in any order. For large or many files; small ones can be sent with the mutation that uses them. Use the ids as ImageSource.uploadId before or after the bytes have come: what uses them before is AWAITING_UPLOAD and goes on by itself.',
    args: {
      uploads: t.arg({
        type: [CreateUploadInput],
        required: true,
        description: `1 to ${maxUploads}.`,
        validate: z.array(z.unknown()).max(maxUploads, `uploads takes at most ${maxUploads}. Ask in parts.`),
      }),
      idempotencyKey: t.arg.string({ description: `${requestKeyHelp} Uploads are answered as they are by then.` }),
    },
    resolve: async (_root, { uploads, idempotencyKey }, context) => ({
      uploads: await createUploads(
        context.app,
        organizationOf(context),
        uploads,
        requestKey(context, 'createUploads', idempotencyKey),
      ),
    }),
  }),
);

const RenewUploadResult = resultUnion('RenewUploadResult', {
  description: 'The upload with a fresh url and expiresAt, or why it takes no bytes (any more).',
  success: UploadTarget,
  errors: [NotFoundError, ConflictError],
});

builder.mutationField('renewUpload', (t) =>
  t.field({
    type: RenewUploadResult,
    description:
      'A fresh url, good for another hour, for bytes that did not come in time. ConflictError: they have come, or an analysis or catalogue item that waited for them has ended by that; then make another upload.',
    args: { id: t.arg.id({ required: true, description: 'Of the upload.' }) },
    resolve: (_root, { id }, context) => renewUpload(context.app, organizationOf(context), givenId('upload', id)),
  }),
);
