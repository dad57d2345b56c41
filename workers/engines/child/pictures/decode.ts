import sharp, { type Sharp } from 'sharp';
import type { ImageHeader } from '../../../../src/images/header/read-header.ts';
import type { Size } from '../../../../src/recognition/box.ts';
import type { AnalysisWarning } from '../../../../src/shared/warning.ts';
import { JobFailure } from '../../protocol/job-failure.ts';
import { explained, isDamage, toWarning } from './explain.ts';
import { inspectPicture, type PictureFile } from './inspect.ts';
import { openSource, type PictureSource } from './source.ts';
import { turn } from './turn.ts';

/** A decoded picture: sRGB, 8 bits, 3 bytes per pixel, upright. */
export interface DecodedPicture extends Size {
  rgb: Buffer;
}

/** A decoded picture with the warnings about its file. */
export interface DecodedFile extends DecodedPicture {
  /** Faults that did not prevent decoding. */
  warnings: AnalysisWarning[];
}

/**
 * Whether decoding also fails for warnings of a decoder, or only for errors. Cut-off files fail in both cases. libjpeg warns about
 * one of 22 real photographs of shelves.
 */
export type FailOn = 'warning' | 'error';

/**
 * Decodes a picture whole, once; every crop is taken from the result. Transparency becomes white, 16-bit, CMYK and grey become
 * sRGB, and the first frame of an animation is read. Throws JobFailure if it is cut off or cannot be read; if a decoder only warns,
 * it is read and the warning is returned.
 */
export async function decodePicture(picture: PictureFile): Promise<DecodedFile> {
  const source = await openSource(picture);
  return explained(async () => {
    try {
      return { ...(await decode(source, picture, 'warning')), warnings: [] };
    } catch (error) {
      if (!isDamage(error)) throw error;
      // Decoded again, because sharp reports a warning only by failing.
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

/** Otherwise boxes could lie outside the displayed picture. */
function sizeDiffers(header: Size, pixels: Size): JobFailure {
  const [said, found] = [header, pixels].map(({ width, height }) => `${width} x ${height}`);
  return new JobFailure(
    'INVALID_IMAGE',
    `The header of the picture says ${said} pixels, but it has ${found}. Save it again.`,
  );
}

/**
 * The picture as displayed but not rotated yet, as a sharp pipeline that has not read anything. It has no timeout: libvips checks
 * that only between rows, after all scans of a progressive JPEG. The engine pool limits the time.
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
