import { hashRequest } from '../idempotency/request-hash.ts';
import type { ImageSource, Received } from '../images/intake.ts';
import type { SubmitInput } from './submit.service.ts';

/** What tells one submission from another: all of its input, with the sha256 of pictures in place of their bytes. */
export function hashSubmission(input: SubmitInput, received: readonly Received[]): Buffer {
  const images = input.images.map((image, index) => ({
    ...image,
    source: identityOf(image.source, received[index]!),
  }));
  return hashRequest({ ...input, images });
}

/** The same for the same bytes, whether they came as a file or as base64. */
function identityOf(source: ImageSource, received: Received): object {
  if (!('upload' in source) && !('base64' in source)) return source;
  if (received.kind === 'staged') return { sha256: received.staged.sha256 };
  if (received.kind === 'refused') return { refused: received.failure.code, sha256: received.sha256 };
  throw new Error('What is sent as bytes is never an image that was stored before.');
}
