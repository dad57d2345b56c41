import type { Failure, FailureCode } from '../../shared/failure.ts';
import { MediaError } from '../../user-error.ts';

/** What can be wrong with one picture, as a Failure says it. */
export type PictureFault = Extract<
  FailureCode,
  'INVALID_IMAGE' | 'UNSUPPORTED_MEDIA' | 'FILE_TOO_LARGE' | 'IMAGE_TOO_LARGE' | 'CHECKSUM_MISMATCH' | 'URL_NOT_ALLOWED'
>;

/** A picture that cannot be used, for a reason that its sender can mend. */
export class UnusablePictureError extends Error {
  readonly fault: PictureFault;
  /** Bytes or pixels; null where no limit was passed. */
  readonly limit: number | null;
  constructor(fault: PictureFault, message: string, limit: number | null = null) {
    super(message);
    this.fault = fault;
    this.limit = limit;
  }

  /** As it is told where an analysis, image or item fails. Never retryable: the same bytes fail again. */
  toFailure(): Failure {
    return { code: this.fault, message: this.message, retryable: false };
  }

  /** As it is told where nothing is made: by the same code. */
  toMediaError(): MediaError {
    return new MediaError(this.fault, this.message, this.limit);
  }
}
