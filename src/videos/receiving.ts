import { open } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import type { Config } from '../config.ts';
import { anyVideoFormat } from '../images/header/formats.ts';
import { sniffedBytes, sniffVideoType } from '../images/header/video-type.ts';
import type { StagedFile } from '../images/receiving/received.ts';
import type { Rejected } from '../images/receiving/rejected.ts';
import { stageBytes } from '../images/receiving/stage-bytes.ts';
import { UnusablePictureError } from '../images/receiving/unusable-picture.ts';
import type { BlobStore, StagedBlob } from '../storage/blob-store.ts';

/** The bytes of a video. A worker reads its width and height; they are stored with the video. */
export type StagedVideo = StagedFile<{ mimeType: string; width: null; height: null }>;

/** Turns a stream of bytes into a staged video, or the reason why it cannot be used. @throws the error of the stream */
export function stageVideo(
  { blobs }: { blobs: Pick<BlobStore, 'stage'> },
  organizationId: string,
  bytes: Readable,
  { filename, maxBytes }: { filename: string | null; maxBytes: number },
): Promise<StagedVideo | Rejected> {
  return stageBytes(
    blobs,
    organizationId,
    { open: () => bytes, filename },
    {
      maxBytes,
      readHeader: readType,
      tooLarge: (limitBytes) =>
        `The file is larger than ${limitBytes} bytes, which is the limit for videos. Send a shorter or smaller video.`,
    },
  );
}

/** How large a video of an organisation may be. @param planned the plan's limit; null: none of its own */
export function mostVideoBytes({ maxVideoBytes }: Pick<Config, 'maxVideoBytes'>, planned: number | null): number {
  return Math.min(maxVideoBytes, planned ?? Number.POSITIVE_INFINITY);
}

async function readType(staged: StagedBlob): Promise<StagedVideo['header']> {
  await using file = await open(staged.file);
  const { buffer, bytesRead } = await file.read(Buffer.alloc(sniffedBytes), 0, sniffedBytes, 0);
  const mimeType = sniffVideoType(buffer.subarray(0, bytesRead));
  if (mimeType === null) throw unusable(staged);
  return { mimeType, width: null, height: null };
}

function unusable({ byteSize }: StagedBlob): UnusablePictureError {
  return byteSize === 0
    ? new UnusablePictureError('INVALID_VIDEO', `The file is empty. Send ${anyVideoFormat}.`)
    : new UnusablePictureError(
        'UNSUPPORTED_MEDIA',
        `The file is not a video of a supported format. Send ${anyVideoFormat}.`,
      );
}
