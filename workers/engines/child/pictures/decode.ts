import sharp, { type Sharp } from 'sharp';
import type { ImageHeader } from '../../../../src/images/header/read-header.ts';
import type { Size } from '../../../../src/recognition/box.ts';
import type { AnalysisWarning } from '../../../../src/shared/warning.ts';
import { JobFailure } from '../../protocol/job-failure.ts';
import { explained, isDamage, toWarning } from './explain.ts';
import { inspectPicture, type PictureFile } from './inspect.ts';
import { openSource, type PictureSource } from './source.ts';
import { turn } from './turn.ts';

/** A decoded picture: sRGB, 8 bits, 3 bytes a pixel, oriented as users see it. */
export interface DecodedPicture extends Size {
  rgb: Buffer;
}

/** A decoded picture with what is to be told of its file. */
export interface DecodedFile extends DecodedPicture {
  /** What the decoder found fault with and read nevertheless. */
  warnings: AnalysisWarning[];
}

/**
 * What makes decoding fail: also what a decoder only warns of, or only what it cannot read. Cut-off files fail in either case. One
 * of 22 real photographs of shelves has something that libjpeg warns of.
 */
export type FailOn = 'warning' | 'error';

/**
 * Decodes a picture whole, once; every crop is taken from the result. Transparency becomes white, 16-bit, CMYK and grey
 * become sRGB, of an animation the first frame is read. Throws JobFailure for what is cut off or cannot be read; what a decoder only
 * warns of is read and told.
 */
export async function decodePicture(picture: PictureFile): Promise<DecodedFile> {
  const source = await openSource(picture);
  return explained(async () => {
    try {
      return { ...(await decode(source, picture, 'warning')), warnings: [] };
    } catch (error) {
      if (!isDamage(error)) throw error;
      // Decoded anew, since sharp does not tell of a warning but by failing at it.
      return { ...(await decode(source, picture, 'error')), warnings: [toWarning(error)] };
    }
  });
}

async function decode(source: PictureSource, picture: PictureFile, failOn: FailOn): Promise<DecodedPicture> {
  const turned = turn(openPicture(source, picture, failOn), picture.header.orientation);
  const { data, info } = await turned.raw().toBuffer({ resolveWithObject: true });
  if (info.channels !== 3) throw new Error(`Decoding gave ${info.channels} channels instead of 3.`);
  const { width, height } = picture.header;
  if (info.width !== width || info.height !== height) throw sizeDiffers(picture.header, info);
  return { rgb: data, width, height };
}

/** Reads a picture's header and decodes it. Throws JobFailure. */
export async function decodeFile(file: string, maxImagePixels: number): Promise<DecodedFile> {
  return decodePicture(await inspectPicture(file, maxImagePixels));
}

/** Its boxes would lie outside of the picture that users see. */
function sizeDiffers(header: Size, pixels: Size): JobFailure {
  const [said, found] = [header, pixels].map(({ width, height }) => `${width} x ${height}`);
  return new JobFailure(
    'INVALID_IMAGE',
    `The header of the picture says ${said} pixels, but it has ${found}. Save it again.`,
  );
}

/**
 * The picture as users see it but not turned yet, as a sharp pipeline that has not read anything. It has no timeout of its own:
 * libvips looks at that between rows only, after all scans of a progressive JPEG. The engine's pool bounds the time.
 */
export function openPicture(source: PictureSource, { header }: PictureFile, failOn: FailOn): Sharp {
  const picture = openSharp(source, header, failOn);
  return (header.heif ? picture.extract(header.heif.crop) : picture)
    .flatten({ background: '#ffffff' })
    .toColourspace('srgb');
}

function openSharp(source: PictureSource, { width, height, heif }: ImageHeader, failOn: FailOn): Sharp {
  const stored = heif?.stored ?? { width, height };
  const options = {
    limitInputPixels: stored.width * stored.height,
    failOn,
    autoOrient: false,
    sequentialRead: true,
  } as const;
  if (typeof source === 'string' || Buffer.isBuffer(source)) return sharp(source, options);
  const { data, ...raw } = source;
  return sharp(data, { ...options, raw });
}
