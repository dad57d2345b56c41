import { imageSize } from 'image-size';
import { type Exif, readExif } from './exif.ts';
import { heifSize } from './heif-size.ts';
import { type MediaType, sniffMediaType } from './media-type.ts';
import { UnusablePictureError } from './unusable-picture.ts';

/** What a picture says about itself before it is decoded. */
export interface ImageHeader {
  mimeType: MediaType;
  /** Pixels after orientation is applied, as a decoder with autoOrient delivers them. */
  width: number;
  height: number;
  /** EXIF orientation that a decoder applies, 1 to 8. */
  orientation: number;
  /** From EXIF; null when it does not say. */
  recordedAt: Date | null;
}

/** How much of a file is read at first. Enough for all but pictures with large blocks of metadata before the header. */
export const headerBytes = 512 * 1024;

/**
 * Reads a picture's header without decoding it.
 * @param bytes the beginning of the file, or all of it.
 * @param complete whether that is all of it.
 * @returns null when what is needed lies further back: call again with the whole file.
 * @throws UnusablePictureError when it is not a picture that can be used.
 */
export function readHeader(bytes: Buffer, complete: boolean): ImageHeader | null {
  const mimeType = sniffMediaType(bytes);
  if (!complete && mimeType === 'image/webp' && exifLiesBehind(bytes)) return null;
  const stored = storedSize(bytes, mimeType);
  if (stored === null || !isLength(stored.width) || !isLength(stored.height)) {
    if (!complete) return null;
    throw new UnusablePictureError(
      'INVALID_IMAGE',
      `The file begins like ${mimeType} but its header is cut off or broken. Send the whole picture again.`,
    );
  }
  const exif = readExif(bytes);
  const orientation = appliedOrientation(mimeType, exif);
  const turned = orientation >= 5;
  return {
    mimeType,
    width: turned ? stored.height : stored.width,
    height: turned ? stored.width : stored.height,
    orientation,
    recordedAt: exif.recordedAt,
  };
}

/** Damaged files say 0, and fractions without a denominator. */
function isLength(pixels: number): boolean {
  return Number.isInteger(pixels) && pixels >= 1;
}

/** GIF has no EXIF, and AVIF and HEIC say their turn in boxes that `heifSize` has applied. */
function appliedOrientation(mimeType: MediaType, exif: Exif): number {
  return mimeType === 'image/gif' || isHeif(mimeType) ? 1 : exif.orientation;
}

function isHeif(mimeType: MediaType): boolean {
  return mimeType === 'image/avif' || mimeType === 'image/heic';
}

function storedSize(bytes: Buffer, mimeType: MediaType): { width: number; height: number } | null {
  try {
    return isHeif(mimeType) ? heifSize(bytes) : imageSize(bytes);
  } catch {
    // Both read past the end of what is cut off or broken; the caller says so.
    return null;
  }
}

/** WebP keeps EXIF, which turns the picture, behind the pixels. A flag in the first chunk tells that there is one. */
function exifLiesBehind(bytes: Buffer): boolean {
  return bytes.toString('latin1', 12, 16) === 'VP8X' && ((bytes[20] ?? 0) & 0x08) !== 0;
}
