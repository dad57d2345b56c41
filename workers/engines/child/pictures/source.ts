import { readFile } from 'node:fs/promises';
import sharp from 'sharp';
import type { HeifDetails } from '../../../../src/images/header/read-header.ts';
import { toProfile } from './colour-profile.ts';
import { explained } from './explain.ts';
import { decodeHeic } from './heic-decoder.ts';
import type { PictureFile } from './inspect.ts';
import { type RawPixels, toPng } from './raw-png.ts';

/** The input of sharp: a file, its bytes, or the pixels of a file that libvips cannot decode. None is cropped or rotated yet. */
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
  // libvips recognises only this brand; animations and cameras use others.
  bytes.write('avif', majorBrandAt, 'latin1');
  // It reads the profile of an AVIF itself, but treats colours described by numbers as sRGB.
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
 * Removes the association of a picture with its crop and rotation, which are applied according to the header instead: libheif-js
 * does not crop more than 64 pixels.
 */
function asStored(bytes: Buffer, { transformLinks }: HeifDetails): Buffer {
  for (const { position, length } of transformLinks) bytes.fill(0, position, position + length);
  return bytes;
}
