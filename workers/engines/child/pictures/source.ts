import { readFile } from 'node:fs/promises';
import type { HeifDetails } from '../../../../src/images/header/read-header.ts';
import type { HeicPixels } from './heic.ts';
import { decodeHeic } from './heic-decoder.ts';
import type { PictureFile } from './inspect.ts';

/** What sharp reads: a file, its bytes, or the pixels of one that libvips cannot decode. None is cropped or turned yet. */
export type PictureSource = string | Buffer | HeicPixels;

/** Decodes a HEIC, and leaves any other file to sharp. Throws JobFailure. */
export async function openSource({ file, header }: PictureFile): Promise<PictureSource> {
  const { mimeType, heif } = header;
  if (heif === null) return file;
  const bytes = asStored(await readFile(file), heif);
  if (mimeType === 'image/heic') return decodeHeic(bytes, heif.stored);
  // libvips goes by this brand alone, and knows it only; animations and cameras have others.
  bytes.write('avif', majorBrandAt, 'latin1');
  return bytes;
}

const majorBrandAt = 8;

/**
 * Unlinks a picture from its crop and turn, which are applied by what its header says: libheif-js refuses to crop off more than
 * 64 pixels.
 */
function asStored(bytes: Buffer, { transformLinks }: HeifDetails): Buffer {
  for (const { position, length } of transformLinks) bytes.fill(0, position, position + length);
  return bytes;
}
