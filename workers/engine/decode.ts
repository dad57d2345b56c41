import sharp, { type Sharp } from 'sharp';
import type { Size } from '../../src/recognition/box.ts';
import { JobFailure } from './job-failure.ts';
import { expectReadableType } from './picture-type.ts';

/** A decoded picture: sRGB, 8 bits, 3 bytes a pixel, oriented as users see it. */
export interface DecodedPicture extends Size {
  rgb: Buffer;
}

/** libvips may spend this long on one picture, in seconds; a slow decode is an attack or a broken disk. */
const TIMEOUT_SECONDS = 10;

/** Reads type and size without decoding. Throws JobFailure. */
export async function readSize(file: string, maxImagePixels: number): Promise<Size> {
  await expectReadableType(file);
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
  return explained(maxImagePixels, async () => {
    const { data, info } = await openPicture(file, maxImagePixels).raw().toBuffer({ resolveWithObject: true });
    if (info.channels !== 3) throw new Error(`Decoding gave ${info.channels} channels in place of 3.`);
    return { rgb: data, width: info.width, height: info.height };
  });
}

/** The picture as users see it, as a sharp pipeline that has not read anything yet. */
export function openPicture(file: string, maxImagePixels: number): Sharp {
  return sharp(file, { limitInputPixels: maxImagePixels, failOn: 'warning', autoOrient: true, sequentialRead: true })
    .timeout({ seconds: TIMEOUT_SECONDS })
    .flatten({ background: '#ffffff' })
    .toColourspace('srgb');
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
