import { expiredUploadAdvice } from '../shared/expired-upload.ts';
import type { Failure, FailureColumns } from '../shared/failure.ts';

export type UploadStatus = 'AWAITING_UPLOAD' | 'RECEIVED' | 'FAILED' | 'EXPIRED';

/** The target for the bytes of one file. */
export interface UploadRow extends FailureColumns {
  id: string;
  organization_id: string;
  /** EXPIRED as soon as its time is over, although a worker stores this only some seconds later. */
  status: UploadStatus;
  /** null: not used yet. */
  image_id: string | null;
  /** The same, if its bytes are a video. */
  video_id: string | null;
  filename: string;
  /** According to the client. */
  mime_type: string;
  /** null: the client did not state it. */
  byte_size: number | null;
  /** Lower-case hex; null: the client did not state it. */
  sha256: string | null;
  /** Lower-case hex, of bytes that have arrived and do not belong to an image yet. */
  blob_sha256: string | null;
  /** EXIF date of those bytes. */
  recorded_at: Date | null;
  expires_at: Date;
}

/** How long bytes are accepted, also after a renewal. */
export const awaitMinutes = 60;
/** How long unused bytes are kept. */
export const unusedHours = 24;
/** How long ended uploads can still be read. */
export const forgetDays = 7;

/** For an image whose bytes never arrived, and for anything that uses an expired upload. */
export const uploadExpired: Failure = {
  code: 'DOWNLOAD_FAILED',
  message: `The bytes of the upload did not arrive in time. ${expiredUploadAdvice}`,
  retryable: true,
};
