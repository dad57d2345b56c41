import type { Readable } from 'node:stream';
import type { Config } from '../../config.ts';
import type { BlobStore } from '../../storage/blob-store.ts';
import type { StagedOrRejected } from './received.ts';
import { stageBytes } from './stage-bytes.ts';
import { readStagedHeader } from './staged-header.ts';

/** Turns a stream of bytes into a staged picture, or the reason why it cannot be used. @throws the error of the stream */
export function stagePicture(
  { blobs, config }: { blobs: Pick<BlobStore, 'stage'>; config: Pick<Config, 'maxUploadBytes' | 'maxImagePixels'> },
  organizationId: string,
  open: () => Readable,
  filename: string | null,
): Promise<StagedOrRejected> {
  return stageBytes(
    blobs,
    organizationId,
    { open, filename },
    {
      maxBytes: config.maxUploadBytes,
      readHeader: (staged) => readStagedHeader(staged, config.maxImagePixels),
      tooLarge: (limitBytes) =>
        `The file is larger than ${limitBytes} bytes, which is the limit. Send a smaller image.`,
    },
  );
}
