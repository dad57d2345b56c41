import { hashRequest } from '../idempotency/request-hash.ts';
import type { Received } from '../images/receiving/received.ts';
import { identityOf } from '../intake/intake.ts';
import type { SubmitInput } from './submission.ts';

/** Identifies a submission: a hash of all its input, with the sha256 of pictures instead of their bytes. */
export function hashSubmission(input: SubmitInput, received: readonly Received[]): Buffer {
  const images = input.images.map((image, index) => ({
    ...image,
    source: identityOf(image.source, received[index]!),
  }));
  return hashRequest({ ...input, images });
}
