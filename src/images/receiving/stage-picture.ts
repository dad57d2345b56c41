import type { Readable } from 'node:stream';
import type { Config } from '../../config.ts';
import { type BlobStore, BlobTooLargeError, type StagedBlob } from '../../storage/blob-store.ts';
import type { StagedOrRejected } from './received.ts';
import { rejectedPicture } from './rejected.ts';
import { readStagedHeader } from './staged-header.ts';
import { UnusablePictureError } from './unusable-picture.ts';

/** Turns a stream of bytes into a staged picture, or the reason why it cannot be used. @throws the error of the stream */
export async function stagePicture(
  { blobs, config }: { blobs: Pick<BlobStore, 'stage'>; config: Pick<Config, 'maxUploadBytes' | 'maxImagePixels'> },
  organizationId: string,
  openStream: () => Readable & { truncated?: boolean },
  filename: string | null,
): Promise<StagedOrRejected> {
  let staged: StagedBlob | undefined;
  try {
    const bytes = openStream();
    staged = await blobs.stage(bytes, { maxBytes: config.maxUploadBytes });
    // The multipart parser ends a file at its own limit without an error, and then only a part has arrived.
    if (bytes.truncated) throw new BlobTooLargeError(config.maxUploadBytes);
    const header = await readStagedHeader(staged, config.maxImagePixels);
    await staged.send(organizationId);
    return { kind: 'staged', staged, header, filename };
  } catch (error) {
    await staged?.discard();
    if (error instanceof UnusablePictureError) return rejectedPicture(error, filename, staged?.sha256);
    if (error instanceof BlobTooLargeError) return rejectedPicture(tooLarge(error.limitBytes), filename);
    throw error;
  }
}

function tooLarge(limitBytes: number): UnusablePictureError {
  const message = `The file is larger than ${limitBytes} bytes, which is the limit. Send a smaller image.`;
  return new UnusablePictureError('FILE_TOO_LARGE', message, limitBytes);
}
