import { type Failure, mediaErrorCodes } from '../../shared/failure.ts';
import { MediaError, NotFoundError } from '../../user-error.ts';
import type { UnusablePictureError } from './unusable-picture.ts';

/** A source without a usable image or video, in both forms in which clients see it. */
export interface Rejected {
  kind: 'rejected';
  /** The error if nothing is created. */
  error: MediaError | NotFoundError;
  /** The failure of an analysis, image or video that is created FAILED. */
  failure: Failure;
  filename: string | null;
  /** Hash of its bytes, lower-case hex, if all of them arrived. */
  sha256: string | null;
}

export function rejectedPicture(
  cause: UnusablePictureError,
  filename: string | null,
  sha256: string | null = null,
): Rejected {
  return { kind: 'rejected', error: cause.toMediaError(), failure: cause.toFailure(), filename, sha256 };
}

/** An unknown id of an image, video or upload. */
export function rejectedUnknown(id: string): Rejected {
  const error = new NotFoundError(id);
  const failure: Failure = { code: 'INVALID_IMAGE', message: error.message, retryable: false };
  return { kind: 'rejected', error, failure, filename: null, sha256: null };
}

/** An id of something without usable bytes, because it failed itself or is of another kind. */
export function rejectedFailed(id: string, failure: Failure): Rejected {
  const message = `${id} cannot be used: ${failure.message}`;
  const code = mediaErrorCodes.find((one) => one === failure.code) ?? 'UNSUPPORTED_MEDIA';
  const error = new MediaError(code, message);
  return { kind: 'rejected', error, failure: { ...failure, message }, filename: null, sha256: null };
}
