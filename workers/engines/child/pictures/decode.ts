import sharp, { type Sharp } from 'sharp';
import type { Size } from '../../../../src/recognition/box.ts';
import { JobFailure } from '../../protocol/job-failure.ts';
import { decodeHeic, type HeicPixels, readHeicSize } from './heic.ts';
import { expectReadableType } from './picture-type.ts';

/** A decoded picture: sRGB, 8 bits, 3 bytes a pixel, oriented as users see it. */
export interface DecodedPicture extends Size {
  rgb: Buffer;
}

/** libvips may spend this long on one picture, in seconds; a slow decode is an attack or a broken disk. */
const TIMEOUT_SECONDS = 10;

/** Reads type and size without decoding. Throws JobFailure. */
export async function readSize(file: string, maxImagePixels: number): Promise<Size> {
  const type = await expectReadableType(file);
  if (type === 'HEIC') return readHeicSize(file, maxImagePixels);
  return explained(maxImagePixels, async () => {
    const { autoOrient } = await openPicture(file, maxImagePixels).metadata();
    return { width: autoOrient.width, height: autoOrient.height };
  });
}

/**
 * Decodes a picture whole, once; every crop is taken from the result. Transparency becomes white, 16-bit, CMYK and grey
 * become sRGB, of an animation the first frame is read. Throws JobFailure for what cannot be read. Truncated files fail.
 */
export async function decodePicture(file: string, maxImagePixels: number): Promise<DecodedPicture> {
  const source = await openSource(file, maxImagePixels);
  return explained(maxImagePixels, async () => {
    const { data, info } = await openPicture(source, maxImagePixels).raw().toBuffer({ resolveWithObject: true });
    if (info.channels !== 3) throw new Error(`Decoding gave ${info.channels} channels in place of 3.`);
    return { rgb: data, width: info.width, height: info.height };
  });
}

/** What sharp reads: a file, or the pixels of one that libvips cannot decode. */
export type PictureSource = string | HeicPixels;

/** Decodes a HEIC, and leaves any other file to sharp. Throws JobFailure. */
export async function openSource(file: string, maxImagePixels: number): Promise<PictureSource> {
  return (await expectReadableType(file)) === 'HEIC' ? decodeHeic(file, maxImagePixels) : file;
}

/** The picture as users see it, as a sharp pipeline that has not read anything yet. */
export function openPicture(source: PictureSource, maxImagePixels: number): Sharp {
  return openSharp(source, maxImagePixels)
    .timeout({ seconds: TIMEOUT_SECONDS })
    .flatten({ background: '#ffffff' })
    .toColourspace('srgb');
}

function openSharp(source: PictureSource, maxImagePixels: number): Sharp {
  const options = {
    limitInputPixels: maxImagePixels,
    failOn: 'warning',
    autoOrient: true,
    sequentialRead: true,
  } as const;
  if (typeof source === 'string') return sharp(source, options);
  const { rgba, width, height } = source;
  return sharp(rgba, { ...options, raw: { width, height, channels: 4 } });
}

/** Turns what libvips says into a failure that a client understands. */
export async function explained<T>(maxImagePixels: number, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    if (/exceeds pixel limit/.test(message)) {
      throw new JobFailure(
        'IMAGE_TOO_LARGE',
        `The picture has more than ${maxImagePixels / 1e6} megapixels. Send a smaller one.`,
        { cause: error },
      );
    }
    if (/timeout/i.test(message)) {
      throw new JobFailure('PROCESSING_TIME_EXCEEDED', `Decoding took longer than ${TIMEOUT_SECONDS} s.`, {
        cause: error,
      });
    }
    if (isFileProblem(error, message)) throw error;
    throw new JobFailure('INVALID_IMAGE', 'The picture is damaged or incomplete and cannot be decoded.', {
      cause: error,
    });
  }
}

/** A missing file, a full disk or no memory is our trouble, not the picture's. */
function isFileProblem(error: unknown, message: string): boolean {
  return (
    (error instanceof Error && 'code' in error) ||
    /Input file is missing|No space left|out of memory|in place of 3/i.test(message)
  );
}
