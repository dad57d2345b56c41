import { anyMediaType, anyVideoType } from '../../src/images/header/formats.ts';
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
import { atMost } from '../core/several.ts';
import { UploadTarget } from './upload-target.ts';

const maxUploads = 500;

const CreateUploadInput = builder.inputType('CreateUploadInput', {
  description: 'A file that you are going to send.',
  fields: (t) => ({
    filename: t.string({
      required: true,
      description: 'The file name, 1 to 255 characters. It is stored with the image and never used as a path.',
    }),
    mimeType: t.string({
      required: true,
      description: `The format: ${anyMediaType} for an image; ${anyVideoType} for a video. Bytes of another format are rejected.`,
    }),
    byteSize: t.float({
      description:
        'Size in bytes. If set, exactly this many bytes must arrive. Required by servers that store uploads directly in S3.',
    }),
    sha256: t.string({
      description:
        'SHA-256 of the bytes, 64 hexadecimal digits. If set, the bytes must match it. Required by servers that store uploads directly in S3.',
    }),
  }),
});

const CreateUploadsPayload = builder.objectRef<{ uploads: UploadRow[] }>('CreateUploadsPayload').implement({
  description: 'Upload targets for the files.',
  fields: (t) => ({
    uploads: t.field({
      type: [UploadTarget],
      description: 'One upload target per file, in the order of the request.',
      resolve: ({ uploads }) => uploads,
    }),
  }),
});

const CreateUploadsResult = resultUnion('CreateUploadsResult', {
  description: 'The upload targets, or the reason why none was created.',
  success: CreateUploadsPayload,
  errors: [ValidationError, MediaError, QuotaExceededError, IdempotencyConflictError],
});

builder.mutationField('createUploads', (t) =>
  t.field({
    type: CreateUploadsResult,
    description:
      'Creates upload targets for large or many files; send small files with the mutation that uses them. Either all targets are created or none. Send the bytes of each file by PUT to its url with its headers, at any pace and in any order. Use the ids as ImageSource.uploadId, or VideoSource.uploadId for a video, before or after the bytes arrive: an image or analysis that uses an upload before its bytes arrive is AWAITING_UPLOAD and continues by itself.',
    args: {
      uploads: t.arg({
        type: [CreateUploadInput],
        required: true,
        description: `The files to send, 1 to ${maxUploads}.`,
        validate: atMost('uploads', maxUploads),
      }),
      idempotencyKey: t.arg.string({
        description: `${requestKeyHelp} The uploads that a retry returns are shown in their current state.`,
      }),
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
  description: 'The upload target with a new url and expiresAt, or the reason why it accepts no more bytes.',
  success: UploadTarget,
  errors: [NotFoundError, ConflictError],
});

builder.mutationField('renewUpload', (t) =>
  t.field({
    type: RenewUploadResult,
    description:
      'Issues a new url, valid for another hour, for an upload whose bytes have not arrived. It also works after the upload has expired, unless an analysis or catalogue item that waited for the bytes has ended because of that. ConflictError: something has ended, so create another upload and submit that one; or the bytes have arrived.',
    args: { id: t.arg.id({ required: true, description: 'The upload to renew.' }) },
    resolve: (_root, { id }, context) => renewUpload(context.app, organizationOf(context), givenId('upload', id)),
  }),
);
