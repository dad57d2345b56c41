import type { Failure } from '../../shared/failure.ts';
import { MediaError, mediaErrorCodes, NotFoundError } from '../../user-error.ts';
import type { UnusablePictureError } from './unusable-picture.ts';

/** A source that gives no usable image, in both forms in which clients are told. */
export interface Rejected {
  kind: 'rejected';
  /** Where nothing is made of it. */
  error: MediaError | NotFoundError;
  /** Where an analysis or image is made that is FAILED. */
  failure: Failure;
  filename: string | null;
  /** Of its bytes, lower-case hex, when all of them came. */
  sha256: string | null;
}

export function rejectedPicture(
  cause: UnusablePictureError,
  filename: string | null,
  sha256: string | null = null,
): Rejected {
  return { kind: 'rejected', error: cause.toMediaError(), failure: cause.toFailure(), filename, sha256 };
}

/** An image id of nothing that is stored. */
export function rejectedUnknown(id: string): Rejected {
  const error = new NotFoundError(id);
  const failure: Failure = { code: 'INVALID_IMAGE', message: error.message, retryable: false };
  return { kind: 'rejected', error, failure, filename: null, sha256: null };
}

/** The id of an image or upload that has no bytes, since it failed itself. */
export function rejectedFailed(id: string, failure: Failure): Rejected {
  const message = `${id} has no image: ${failure.message}`;
  const code = mediaErrorCodes.find((one) => one === failure.code) ?? 'UNSUPPORTED_MEDIA';
  const error = new MediaError(code, message);
  return { kind: 'rejected', error, failure: { ...failure, message }, filename: null, sha256: null };
}
