import { open } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import type { Config } from '../config.ts';
import type { StagedBytes } from '../images/bytes/blobs.repository.ts';
import { anyVideoFormat } from '../images/header/formats.ts';
import { sniffedBytes, sniffVideoType } from '../images/header/video-type.ts';
import { type Rejected, rejectedPicture } from '../images/receiving/rejected.ts';
import { UnusablePictureError } from '../images/receiving/unusable-picture.ts';
import { type BlobStore, BlobTooLargeError, type StagedBlob } from '../storage/blob-store.ts';

/** Bytes that have arrived and begin like a video; no video owns them yet. */
export interface StagedVideo extends StagedBytes {
  kind: 'staged';
  /** The client's name for it; never used as a path. */
  filename: string | null;
}

/** Turns a stream of bytes into a staged video, or the reason why it cannot be used. @throws the error of the stream */
export async function stageVideo(
  { blobs }: { blobs: Pick<BlobStore, 'stage'> },
  organizationId: string,
  bytes: Readable,
  { filename, maxBytes }: { filename: string | null; maxBytes: number },
): Promise<StagedVideo | Rejected> {
  let staged: StagedBlob | undefined;
  try {
    staged = await blobs.stage(bytes, { maxBytes });
    const mimeType = sniffVideoType(await readStart(staged.file));
    if (mimeType === null) throw unusable(staged);
    await staged.send(organizationId);
    return { kind: 'staged', staged, header: { mimeType, width: null, height: null }, filename };
  } catch (error) {
    await staged?.discard();
    if (error instanceof UnusablePictureError) return rejectedPicture(error, filename, staged?.sha256);
    if (error instanceof BlobTooLargeError) return rejectedPicture(tooLarge(error.limitBytes), filename);
    throw error;
  }
}

/** How large a video of an organisation may be. @param planned the plan's limit; null: none of its own */
export function mostVideoBytes({ maxVideoBytes }: Pick<Config, 'maxVideoBytes'>, planned: number | null): number {
  return Math.min(maxVideoBytes, planned ?? Number.POSITIVE_INFINITY);
}

async function readStart(file: string): Promise<Buffer> {
  await using handle = await open(file);
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(sniffedBytes), 0, sniffedBytes, 0);
  return buffer.subarray(0, bytesRead);
}

function unusable({ byteSize }: StagedBlob): UnusablePictureError {
  return byteSize === 0
    ? new UnusablePictureError('INVALID_VIDEO', `The file is empty. Send ${anyVideoFormat}.`)
    : new UnusablePictureError(
        'UNSUPPORTED_MEDIA',
        `The file is not a video of a supported format. Send ${anyVideoFormat}.`,
      );
}

function tooLarge(limitBytes: number): UnusablePictureError {
  const message = `The file is larger than ${limitBytes} bytes, which is the limit for videos. Send a shorter or smaller video.`;
  return new UnusablePictureError('FILE_TOO_LARGE', message, limitBytes);
}
