import { anyFormat } from './formats.ts';

/** A picture that cannot be read for a reason in its own bytes: the same bytes fail again, in every process. */
export class UnreadablePictureError extends Error {
  override readonly name = 'UnreadablePictureError';
  /** A public FailureCode. */
  readonly code: 'INVALID_IMAGE' | 'UNSUPPORTED_MEDIA' | 'IMAGE_TOO_LARGE';
  /** The limit that it exceeds, in pixels; null for any other reason. */
  readonly limit: number | null;

  constructor(code: UnreadablePictureError['code'], message: string, limit: number | null = null) {
    super(message);
    this.code = code;
    this.limit = limit;
  }
}

/** A file that begins like a picture but does not continue like one. */
export function brokenHeader(kind: string): UnreadablePictureError {
  return new UnreadablePictureError(
    'INVALID_IMAGE',
    `The file begins like a ${kind} image, but its header is truncated or broken. Send the whole image again.`,
  );
}

/** A picture of a kind that no decoder here reads. */
export function unsupported(what: string): UnreadablePictureError {
  return new UnreadablePictureError('UNSUPPORTED_MEDIA', `The file is ${what}. ${readable}`);
}

export const readable = `Send ${anyFormat}.`;
