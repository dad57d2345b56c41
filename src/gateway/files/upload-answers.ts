import type { IncomingMessage } from 'node:http';
import { expiredUploadAdvice } from '../../shared/expired-upload.ts';
import type { FailureCode } from '../../shared/failure.ts';
import type { SentPart } from '../../uploads/pieces/receive-pieces.ts';
import { leastPieceBytes } from '../../uploads/pieces/store-pieces.ts';
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
export function headerFault(req: IncomingMessage): UploadFault | null {
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
  return null;
}

/** The same of a request that sends the whole file. */
export function lengthFault(req: IncomingMessage, upload: UploadRow, maxUploadBytes: number): UploadFault | null {
  const length = req.headers['content-length'];
  return length === undefined ? null : sizeFault(Number(length), upload, maxUploadBytes);
}

/** The same of a request that sends a part of the file. */
export function partFault(
  req: IncomingMessage,
  { startByte, endByte, totalBytes }: SentPart,
  upload: UploadRow,
  maxUploadBytes: number,
): UploadFault | null {
  const size = totalBytes ?? Math.max(endByte, upload.byte_size ?? 0);
  const fault = sizeFault(size, upload, maxUploadBytes);
  if (fault !== null) return fault;
  const length = req.headers['content-length'];
  if (length !== undefined && Number(length) !== endByte - startByte)
    return badRange(`The Content-Range has ${endByte - startByte} bytes, but the body has ${length}.`);
  if (totalBytes !== endByte && endByte - startByte < leastPieceBytes)
    return badRange(
      `The part has ${endByte - startByte} bytes. Send at least ${leastPieceBytes}, or the rest of the file.`,
    );
  return null;
}

/** For a header Content-Range that says nothing. */
export function unreadableRange(header: string): UploadFault {
  return badRange(
    `The Content-Range is "${header.slice(0, 100)}"; expected "bytes FIRST-LAST/SIZE", or "bytes */*" to ask how many bytes have arrived.`,
  );
}

/** For a body with other bytes than its Content-Range says. */
export function badRange(message: string): UploadFault {
  return { status: 400, code: 'BAD_REQUEST', message };
}

function sizeFault(size: number, { byte_size }: UploadRow, maxUploadBytes: number): UploadFault | null {
  if (size > maxUploadBytes)
    return {
      status: 413,
      code: 'FILE_TOO_LARGE',
      message: `The file has ${size} bytes; at most ${maxUploadBytes} are allowed. Send a smaller file.`,
    };
  if (byte_size === null || size === byte_size) return null;
  return {
    status: 422,
    code: 'CHECKSUM_MISMATCH',
    message: `The file has ${size} bytes; ${byte_size} were announced. Send the announced file, or create another upload.`,
  };
}

export const busyUpload: UploadFault = {
  status: 409,
  code: 'CONFLICT',
  message:
    'Another request is sending the bytes of this upload. Wait for its end, or for half a minute after it was cut.',
};

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
