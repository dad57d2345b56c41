import type { Readable } from 'node:stream';
import { type BlobStore, BlobTooLargeError, type StagedBlob } from '../../storage/blob-store.ts';
import type { StagedFile } from './received.ts';
import { type Rejected, rejectedPicture } from './rejected.ts';
import { UnusablePictureError } from './unusable-picture.ts';

/** What the bytes of a file must be. */
export interface FileRules<Header> {
  maxBytes: number;
  /** @throws UnusablePictureError */
  readHeader(staged: StagedBlob): Promise<Header>;
  /** The message about a file that is too large. */
  tooLarge(limitBytes: number): string;
}

/** Turns a stream of bytes into a staged file, or the reason why it cannot be used. @throws the error of the stream */
export async function stageBytes<Header>(
  blobs: Pick<BlobStore, 'stage'>,
  organizationId: string,
  { open, filename }: { open: () => Readable; filename: string | null },
  { maxBytes, readHeader, tooLarge }: FileRules<Header>,
): Promise<StagedFile<Header> | Rejected> {
  let staged: StagedBlob | undefined;
  try {
    staged = await blobs.stage(open(), { maxBytes });
    const header = await readHeader(staged);
    await staged.send(organizationId);
    return { kind: 'staged', staged, header, filename };
  } catch (error) {
    await staged?.discard();
    if (error instanceof UnusablePictureError) return rejectedPicture(error, filename, staged?.sha256);
    if (!(error instanceof BlobTooLargeError)) throw error;
    const { limitBytes } = error;
    return rejectedPicture(new UnusablePictureError('FILE_TOO_LARGE', tooLarge(limitBytes), limitBytes), filename);
  }
}
