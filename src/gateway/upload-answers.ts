import type { FailureCode } from '../shared/failure.ts';
import type { Reception } from '../uploads/receive-upload.ts';
import type { UploadStatus } from '../uploads/upload-row.ts';

/** Why the bytes of an upload were not taken. */
export interface Refusal {
  /** Of HTTP. */
  status: number;
  code: string;
  message: string;
}

export const unknownUpload: Refusal = {
  status: 404,
  code: 'NOT_FOUND',
  message: 'There is no such upload; it may be over, or its image was deleted. Make another one.',
};

const notAwaited: Record<Exclude<UploadStatus, 'AWAITING_UPLOAD'>, Refusal> = {
  RECEIVED: { status: 409, code: 'CONFLICT', message: 'The bytes of this upload have come already.' },
  FAILED: {
    status: 409,
    code: 'CONFLICT',
    message: 'Other bytes came for this upload and cannot be used. Make another one.',
  },
  EXPIRED: {
    status: 403,
    code: 'FORBIDDEN',
    message: 'This upload has expired. Call renewUpload, or make another one.',
  },
};

/** Why an upload takes no bytes; null: it awaits them. @param status null: there is none. */
export function refuseStatus(status: UploadStatus | null): Refusal | null {
  if (status === null) return unknownUpload;
  return status === 'AWAITING_UPLOAD' ? null : notAwaited[status];
}

/** null: the bytes were received. */
export function refusalOf(reception: Reception): Refusal | null {
  if (reception.kind === 'received') return null;
  if (reception.kind === 'not awaited') return refuseStatus(reception.status);
  if (reception.kind === 'over quota') return { status: 413, code: 'QUOTA_EXCEEDED', message: reception.message };
  const { code, message } = reception.failure;
  return { status: statusOf(code), code, message };
}

function statusOf(code: FailureCode): number {
  return code === 'FILE_TOO_LARGE' || code === 'IMAGE_TOO_LARGE' ? 413 : 422;
}
