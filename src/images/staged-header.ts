import { open } from 'node:fs/promises';
import type { StagedBlob } from '../storage/blob-store.ts';
import { headerBytes, type ImageHeader, readHeader } from './header.ts';
import { UnusablePictureError } from './unusable-picture.ts';

/**
 * The header of a picture that has arrived. Reads its beginning, and all of it only when that does not hold the header.
 * @throws UnusablePictureError when it is not a picture that can be used.
 */
export async function readStagedHeader(staged: StagedBlob, maxPixels: number): Promise<ImageHeader> {
  const header =
    readHeader(await readStart(staged.file, Math.min(headerBytes, staged.byteSize)), staged.byteSize <= headerBytes) ??
    readHeader(await readStart(staged.file, staged.byteSize), true);
  if (header === null) throw new Error('The header of a whole file is either read or refused.');
  const pixels = header.width * header.height;
  if (pixels <= maxPixels) return header;
  throw new UnusablePictureError(
    'IMAGE_TOO_LARGE',
    `The picture has ${header.width} x ${header.height} = ${pixels} pixels; at most ${maxPixels} are taken. Send a smaller one.`,
    maxPixels,
  );
}

async function readStart(file: string, length: number): Promise<Buffer> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}
