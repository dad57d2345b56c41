import { readFile } from 'node:fs/promises';
import sharp from 'sharp';
import { findMarker } from '../../support/picture-parts.ts';
import { picture } from '../../support/pictures.ts';

/** A picture with what becomes of it. */
export interface OddPicture {
  bytes: Buffer;
  /** null: it SUCCEEDED. */
  failure: string | null;
  /** Part of the failure's message. */
  message?: string;
  /** Whether its header shows already that it cannot be used. */
  atOnce: boolean;
  size?: { width: number; height: number };
  mimeType?: string;
  /** Codes of what is told of a picture that SUCCEEDED. */
  warnings?: string[];
}

function works(bytes: Buffer, mimeType: string, size = { width: 60, height: 40 }): OddPicture {
  return { bytes, failure: null, atOnce: false, size, mimeType };
}

/** Its header shows that it cannot be used. */
function refused(bytes: Buffer | string, failure: string, message: string): OddPicture {
  return { bytes: Buffer.from(bytes as string), failure, message, atOnce: true };
}

/** Only decoding shows that it cannot be used. */
function broken(bytes: Buffer): OddPicture {
  return { bytes, failure: 'INVALID_IMAGE', atOnce: false };
}

const turnedHeic = new URL('../../fixtures/heic/turned.heic', import.meta.url);
const frames = ['#3366cc', '#cc6633', '#33cc66'];

/** The limits of a server that these pictures are made for. */
export const limits = { maxUploadBytes: 300_000, maxImagePixels: 50_000_000 };

const large = { width: 300, height: 200 };

/** Without the three bytes behind the channels of its scan, which a decoder can do without. */
function oddScan(jpeg: Buffer): Buffer {
  const scan = findMarker(jpeg, 0xda);
  const end = scan + 2 + jpeg.readUInt16BE(scan + 2);
  return Buffer.from(jpeg).fill(0, end - 3, end);
}

/** Half of its pixels, and the marker that says that these are all. */
function endedEarly(jpeg: Buffer): Buffer {
  const end = jpeg.length >> 1;
  return Buffer.concat([jpeg.subarray(0, jpeg[end - 1] === 0xff ? end - 1 : end), Buffer.from([0xff, 0xd9])]);
}

/** Pictures of every kind that clients send, by name. */
export async function makeOddPictures(): Promise<Record<string, OddPicture>> {
  const plain = sharp(await picture({ format: 'png', noise: true }));
  const jpeg = await picture({ noise: true, width: 300, height: 200 });
  const png = await picture({ format: 'png', noise: true, width: 300, height: 200 });
  const webp = await picture({ format: 'webp', noise: true, width: 300, height: 200 });
  const animation = sharp(await Promise.all(frames.map((colour) => picture({ format: 'png', colour }))), {
    join: { animated: true },
  });
  const heic = Buffer.from('00000018667479706865696300000000686569636d696631', 'hex');
  const mp4 = Buffer.from('0000001866747970697336d0000000006973366d6d703432', 'hex');
  return {
    'a JPEG': works(await picture(), 'image/jpeg'),
    'a JPEG with the scan parameters of some phones': {
      ...works(oddScan(jpeg), 'image/jpeg', large),
      warnings: ['IMAGE_IRREGULAR'],
    },
    'a JPEG whose pixels end early': { ...works(endedEarly(jpeg), 'image/jpeg', large), warnings: ['IMAGE_DAMAGED'] },
    'a WebP': works(await picture({ format: 'webp' }), 'image/webp'),
    'an AVIF': works(await picture({ format: 'avif' }), 'image/avif'),
    'a HEIC': works(await readFile(turnedHeic), 'image/heic', { width: 120, height: 160 }),
    'an animated GIF, of which the first frame counts': works(await animation.clone().gif().toBuffer(), 'image/gif'),
    'an animated WebP, of which the first frame counts': works(await animation.clone().webp().toBuffer(), 'image/webp'),
    'a 16-bit PNG': works(await plain.clone().toColourspace('rgb16').png().toBuffer(), 'image/png'),
    'a CMYK JPEG': works(await plain.clone().toColourspace('cmyk').jpeg().toBuffer(), 'image/jpeg'),
    'a grey JPEG': works(await plain.clone().greyscale().jpeg().toBuffer(), 'image/jpeg'),
    'a grey PNG with transparency': works(
      await plain.clone().greyscale().ensureAlpha(0.5).toColourspace('b-w').png().toBuffer(),
      'image/png',
    ),
    'a PNG with a palette': works(await plain.clone().png({ palette: true }).toBuffer(), 'image/png'),
    'a PNG with transparency': works(await plain.clone().ensureAlpha(0.3).png().toBuffer(), 'image/png'),
    'a progressive JPEG': works(await plain.clone().jpeg({ progressive: true }).toBuffer(), 'image/jpeg'),
    'a JPEG that lies on its side by EXIF': works(await picture({ orientation: 6 }), 'image/jpeg', {
      width: 40,
      height: 60,
    }),
    'a single pixel': works(await picture({ format: 'png', width: 1, height: 1 }), 'image/png', {
      width: 1,
      height: 1,
    }),
    'a picture of 20000 x 20': works(await picture({ format: 'png', width: 20_000, height: 20 }), 'image/png', {
      width: 20_000,
      height: 20,
    }),
    'a picture of 20 x 20000': works(await picture({ width: 20, height: 20_000 }), 'image/jpeg', {
      width: 20,
      height: 20_000,
    }),

    'a JPEG that is cut off': broken(jpeg.subarray(0, jpeg.length / 2)),
    'a PNG that is cut off': broken(png.subarray(0, png.length / 2)),
    'a WebP that is cut off': broken(webp.subarray(0, webp.length / 2)),
    'a PNG with damaged pixels': broken(damage(png)),

    'nothing at all': refused('', 'INVALID_IMAGE', 'empty'),
    'a text': refused('This is no picture.', 'INVALID_IMAGE', 'not an image'),
    'a JPEG of which only the beginning came': refused(jpeg.subarray(0, 20), 'INVALID_IMAGE', 'truncated'),
    'an SVG': refused('<svg xmlns="http://www.w3.org/2000/svg"/>', 'UNSUPPORTED_MEDIA', 'SVG'),
    'an SVG behind an XML head': refused('\ufeff<?xml version="1.0"?><svg/>', 'UNSUPPORTED_MEDIA', 'SVG'),
    'an HTML page': refused('<!DOCTYPE html><title>404</title>', 'UNSUPPORTED_MEDIA', 'HTML'),
    'a HEIC that is only a head': refused(heic, 'INVALID_IMAGE', 'HEIF'),
    'a video': refused(mp4, 'UNSUPPORTED_MEDIA', 'video'),
    'a TIFF': refused(await picture({ format: 'tiff' }), 'UNSUPPORTED_MEDIA', 'TIFF'),
    'a PDF': refused('%PDF-1.7', 'UNSUPPORTED_MEDIA', 'PDF'),
    'a picture of 60 megapixels in a small file': refused(await manyPixels(), 'IMAGE_TOO_LARGE', '10000 x 6000'),
    'a file one byte over the limit': refused(
      Buffer.concat([jpeg], limits.maxUploadBytes + 1),
      'FILE_TOO_LARGE',
      `${limits.maxUploadBytes}`,
    ),
  };
}

/** Some 60 KB. */
function manyPixels(): Promise<Buffer> {
  const [width, height] = [10_000, 6_000];
  const raw = { width, height, channels: 1 as const };
  return sharp(Buffer.alloc(width * height), { raw })
    .png()
    .toBuffer();
}

/** Other bytes in the middle, so that its checksums do not hold. */
function damage(bytes: Buffer): Buffer {
  const damaged = Buffer.from(bytes);
  const middle = Math.floor(bytes.length / 2);
  damaged.fill(0x55, middle, middle + 100);
  return damaged;
}
