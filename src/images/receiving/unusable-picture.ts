import type { Failure, FailureCode } from '../../shared/failure.ts';
import { MediaError } from '../../user-error.ts';

/** Codes of failures of one picture. */
export type PictureFault = Extract<
  FailureCode,
  | 'INVALID_IMAGE'
  | 'INVALID_VIDEO'
  | 'UNSUPPORTED_MEDIA'
  | 'FILE_TOO_LARGE'
  | 'IMAGE_TOO_LARGE'
  | 'CHECKSUM_MISMATCH'
  | 'URL_NOT_ALLOWED'
>;

/** A picture that cannot be used, for a reason that its sender can correct. */
export class UnusablePictureError extends Error {
  readonly fault: PictureFault;
  /** Bytes or pixels; null if no limit was exceeded. */
  readonly limit: number | null;
  constructor(fault: PictureFault, message: string, limit: number | null = null) {
    super(message);
    this.fault = fault;
    this.limit = limit;
  }

  /** The failure of an analysis, image or item. Never retryable: the same bytes fail again. */
  toFailure(): Failure {
    return { code: this.fault, message: this.message, retryable: false };
  }

  /** The error if nothing is created, with the same code. */
  toMediaError(): MediaError {
    return new MediaError(this.fault, this.message, this.limit);
  }
}
