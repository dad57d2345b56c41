import type { IncomingMessage } from 'node:http';
import { expiredUploadAdvice } from '../../shared/expired-upload.ts';
import type { FailureCode } from '../../shared/failure.ts';
import type { Reception } from '../../uploads/receive-upload.ts';
import type { UploadRow, UploadStatus } from '../../uploads/upload-row.ts';
import { isMultipart } from '../http/multipart.ts';
import { contentCodingOf } from '../http/read-body.ts';

/** What the route of uploads answers when it takes no bytes: every status and sentence of it, apart from its I/O. */

/** Why the bytes of an upload were not accepted. */
export interface UploadFault {
  /** The HTTP status. */
  status: number;
  code: string;
  message: string;
}

export const unknownUpload: UploadFault = {
  status: 404,
  code: 'NOT_FOUND',
  message: 'This upload does not exist: it may have expired, or its image was deleted. Create another upload.',
};

const notAwaited: Record<Exclude<UploadStatus, 'AWAITING_UPLOAD'>, UploadFault> = {
  RECEIVED: { status: 409, code: 'CONFLICT', message: 'The bytes of this upload have already been received.' },
  FAILED: {
    status: 409,
    code: 'CONFLICT',
    message: 'The bytes of this upload were received and cannot be used. Create another upload.',
  },
  EXPIRED: {
    status: 403,
    code: 'FORBIDDEN',
    message: `This upload has expired. ${expiredUploadAdvice}`,
  },
};

/** Why an upload accepts no bytes; null: it awaits them. @param status null: there is no such upload. */
export function statusFault(status: UploadStatus | null): UploadFault | null {
  if (status === null) return unknownUpload;
  return status === 'AWAITING_UPLOAD' ? null : notAwaited[status];
}

/**
 * Why a request cannot contain the file of an upload, judged by its headers; null: it may. A request that is rejected here, before
 * a byte is read, does not change the upload; bytes that were received and cannot be used end it.
 */
export function headerFault(req: IncomingMessage, upload: UploadRow, maxUploadBytes: number): UploadFault | null {
  // Not even gzip: bytes are stored as they were sent, and pictures are already compressed.
  const coding = contentCodingOf(req);
  if (coding !== 'identity')
    return {
      status: 415,
      code: 'UNSUPPORTED_MEDIA',
      message: `The request has the Content-Encoding "${coding}". Send the bytes of the file as they are, without this header.`,
    };
  if (isMultipart(req.headers['content-type']))
    return { status: 415, code: 'UNSUPPORTED_MEDIA', message: 'The body is a form. Send only the bytes of the file.' };
  if (req.headers['content-range'] !== undefined)
    return {
      status: 400,
      code: 'BAD_REQUEST',
      message:
        'The request has the header Content-Range, but uploads in parts are not supported. Send the whole file, without the header.',
    };
  return lengthFault(req.headers['content-length'], upload, maxUploadBytes);
}

function lengthFault(header: string | undefined, { byte_size }: UploadRow, maxUploadBytes: number): UploadFault | null {
  if (header === undefined) return null;
  const length = Number(header);
  if (length > maxUploadBytes)
    return {
      status: 413,
      code: 'FILE_TOO_LARGE',
      message: `The file has ${length} bytes; at most ${maxUploadBytes} are allowed. Send a smaller file.`,
    };
  if (byte_size === null || length === byte_size) return null;
  return {
    status: 422,
    code: 'CHECKSUM_MISMATCH',
    message: `The request has ${length} bytes; ${byte_size} were announced. Send the announced file, or create another upload.`,
  };
}

/** null: the bytes were received. */
export function faultOf(reception: Reception): UploadFault | null {
  if (reception.kind === 'received') return null;
  if (reception.kind === 'not awaited') return statusFault(reception.status);
  if (reception.kind === 'over quota') return { status: 413, code: 'QUOTA_EXCEEDED', message: reception.message };
  const { code, message } = reception.failure;
  return { status: statusOf(code), code, message };
}

function statusOf(code: FailureCode): number {
  return code === 'FILE_TOO_LARGE' || code === 'IMAGE_TOO_LARGE' ? 413 : 422;
}
