import { expiredUploadAdvice } from '../shared/expired-upload.ts';
import type { Failure, FailureColumns } from '../shared/failure.ts';

export type UploadStatus = 'AWAITING_UPLOAD' | 'RECEIVED' | 'FAILED' | 'EXPIRED';

/** The target for the bytes of one file. */
export interface UploadRow extends FailureColumns {
  id: string;
  organization_id: string;
  /** EXPIRED as soon as its time is over, although a worker only writes it down some seconds later. */
  status: UploadStatus;
  /** null: not used yet. */
  image_id: string | null;
  filename: string;
  /** As the client said. */
  mime_type: string;
  /** null: the client did not say. */
  byte_size: number | null;
  /** Lower-case hex; null: the client did not say. */
  sha256: string | null;
  /** Lower-case hex, of bytes that have arrived and that no image has yet. */
  blob_sha256: string | null;
  /** EXIF of those bytes. */
  recorded_at: Date | null;
  expires_at: Date;
}

/** For how long bytes are taken, and taken again after a renewal. */
export const awaitMinutes = 60;
/** For how long bytes are kept that nobody uses. */
export const unusedHours = 24;
/** For how long what has ended can still be asked for. */
export const forgetDays = 7;

/** Of an image whose bytes never came, and of what is to be made of an upload that is over. */
export const uploadExpired: Failure = {
  code: 'DOWNLOAD_FAILED',
  message: `The bytes of the upload did not arrive in time. ${expiredUploadAdvice}`,
  retryable: true,
};
