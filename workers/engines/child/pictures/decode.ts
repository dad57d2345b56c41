import sharp, { type Sharp } from 'sharp';
import type { ImageHeader } from '../../../../src/images/header/read-header.ts';
import type { Size } from '../../../../src/recognition/box.ts';
import { JobFailure } from '../../protocol/job-failure.ts';
import { inspectPicture, type PictureFile } from './inspect.ts';
import { openSource, type PictureSource } from './source.ts';
import { turn } from './turn.ts';

/** A decoded picture: sRGB, 8 bits, 3 bytes a pixel, oriented as users see it. */
export interface DecodedPicture extends Size {
  rgb: Buffer;
}

/**
 * Decodes a picture whole, once; every crop is taken from the result. Transparency becomes white, 16-bit, CMYK and grey
 * become sRGB, of an animation the first frame is read. Throws JobFailure for what cannot be read. Truncated files fail.
 */
export async function decodePicture(picture: PictureFile): Promise<DecodedPicture> {
  const source = await openSource(picture);
  return explained(async () => {
    const turned = turn(openPicture(source, picture), picture.header.orientation);
    const { data, info } = await turned.raw().toBuffer({ resolveWithObject: true });
    if (info.channels !== 3) throw new Error(`Decoding gave ${info.channels} channels in place of 3.`);
    const { width, height } = picture.header;
    if (info.width !== width || info.height !== height) throw sizeDiffers(picture.header, info);
    return { rgb: data, width, height };
  });
}

/** Reads a picture's header and decodes it. Throws JobFailure. */
export async function decodeFile(file: string, maxImagePixels: number): Promise<DecodedPicture> {
  return decodePicture(await inspectPicture(file, maxImagePixels));
}

/** Its boxes would lie outside of the picture that users see. */
function sizeDiffers(header: Size, pixels: Size): JobFailure {
  const [said, found] = [header, pixels].map(({ width, height }) => `${width} x ${height}`);
  return new JobFailure(
    'INVALID_IMAGE',
    `The picture says that it has ${said} pixels, and has ${found}. Save it again.`,
  );
}

/**
 * The picture as users see it but not turned yet, as a sharp pipeline that has not read anything. It has no timeout of its own:
 * libvips looks at that between rows only, after all scans of a progressive JPEG. The engine's pool bounds the time.
 */
export function openPicture(source: PictureSource, { header }: PictureFile): Sharp {
  const picture = openSharp(source, header);
  return (header.heif ? picture.extract(header.heif.crop) : picture)
    .flatten({ background: '#ffffff' })
    .toColourspace('srgb');
}

function openSharp(source: PictureSource, { width, height, heif }: ImageHeader): Sharp {
  const stored = heif?.stored ?? { width, height };
  const options = {
    limitInputPixels: stored.width * stored.height,
    failOn: 'warning',
    autoOrient: false,
    sequentialRead: true,
  } as const;
  if (typeof source === 'string' || Buffer.isBuffer(source)) return sharp(source, options);
  return sharp(source.rgba, { ...options, raw: { width: source.width, height: source.height, channels: 4 } });
}

/** Turns what libvips says into a failure that a client understands. */
export async function explained<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof JobFailure) throw error;
    const message = error instanceof Error ? error.message : String(error);
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
