import { readFile } from 'node:fs/promises';
import sharp from 'sharp';
import type { HeifDetails } from '../../../../src/images/header/read-header.ts';
import { toProfile } from './colour-profile.ts';
import { explained } from './explain.ts';
import { decodeHeic } from './heic-decoder.ts';
import type { PictureFile } from './inspect.ts';
import { type RawPixels, toPng } from './raw-png.ts';

/** What sharp reads: a file, bytes of one, or the pixels of one that libvips cannot decode. None is cropped or turned yet. */
export type PictureSource = string | Buffer | RawPixels;

/** Decodes a HEIC, and leaves any other file to sharp. Throws JobFailure. */
export async function openSource({ file, header }: PictureFile): Promise<PictureSource> {
  const { mimeType, heif } = header;
  if (heif === null) return file;
  const bytes = asStored(await readFile(file), heif);
  const profile = toProfile(heif.colour);
  if (mimeType === 'image/heic') {
    const pixels = await decodeHeic(bytes, heif.stored);
    return profile ? toPng(pixels, profile) : pixels;
  }
  // libvips goes by this brand alone, and knows it only; animations and cameras have others.
  bytes.write('avif', majorBrandAt, 'latin1');
  // It reads a profile from an AVIF by itself, but takes colours that are said in numbers for sRGB.
  if (profile === null || (heif.colour && 'icc' in heif.colour)) return bytes;
  return toPng(await explained(() => decodeAvif(bytes, heif)), profile);
}

const majorBrandAt = 8;

async function decodeAvif(bytes: Buffer, { stored }: HeifDetails): Promise<RawPixels> {
  const picture = sharp(bytes, { limitInputPixels: stored.width * stored.height, failOn: 'error' });
  const { data, info } = await picture.toColourspace('srgb').raw().toBuffer({ resolveWithObject: true });
  const { width, height } = info;
  return { data, width, height, channels: info.channels === 4 ? 4 : 3 };
}

/**
 * Unlinks a picture from its crop and turn, which are applied by what its header says: libheif-js does not crop off more than
 * 64 pixels.
 */
function asStored(bytes: Buffer, { transformLinks }: HeifDetails): Buffer {
  for (const { position, length } of transformLinks) bytes.fill(0, position, position + length);
  return bytes;
}
