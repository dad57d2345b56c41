import { open } from 'node:fs/promises';
import { PartCount } from './bounds.ts';
import { type ByteSource, FileSource } from './byte-source.ts';
import type { Position } from './exif-position.ts';
import { formats, type MediaType } from './formats.ts';
import { readGif } from './gif.ts';
import { type HeifPicture, readHeif } from './heif/read-heif.ts';
import { readJpeg } from './jpeg.ts';
import { sniffMediaType } from './media-type.ts';
import type { PhotoData } from './photo-data.ts';
import { readPng } from './png.ts';
import type { StoredPicture } from './stored-picture.ts';
import { brokenHeader, UnreadablePictureError } from './unreadable-picture.ts';
import { readWebp } from './webp.ts';

/** What a picture says about itself before it is decoded. Api and engines use this reader, so they cannot disagree. */
export interface ImageHeader {
  mimeType: MediaType;
  /** Pixels of the displayed picture: cropped and rotated. */
  width: number;
  height: number;
  /** How the stored pixels are rotated, as an EXIF orientation, 1 to 8. */
  orientation: number;
  /** From EXIF; null if it is absent or impossible. */
  recordedAt: Date | null;
  /** From EXIF; null if it has none. */
  photo: PhotoData | null;
  /** From EXIF; null if it has none. */
  position: Position | null;
  /** Whether its EXIF data has a position or a serial number. */
  isPrivate: boolean;
  /** Scans of a JPEG, each of which covers the whole picture; 1 for any other format. */
  scans: number;
  /** For AVIF and HEIC: what is not left to a decoder; null for any other format. */
  heif: HeifDetails | null;
}

export interface HeifDetails extends Pick<HeifPicture, 'crop' | 'colour' | 'transformLinks'> {
  /** Pixels before the crop. */
  stored: { width: number; height: number };
}

/** `readHeader` of a file. @throws Error also if the disk does not respond. */
export async function readImageHeader(file: string, maxPixels: number): Promise<ImageHeader> {
  const handle = await open(file);
  try {
    const { size } = await handle.stat();
    return await readHeader(new FileSource(handle, size), maxPixels);
  } finally {
    await handle.close();
  }
}

/**
 * Reads the header of a picture without decoding it. Its work is bounded (see bounds.ts) for any file, and the event loop is
 * blocked for a few milliseconds at most.
 * @param maxPixels larger pictures are rejected.
 * @throws UnreadablePictureError if it is not a readable picture.
 */
export async function readHeader(source: ByteSource, maxPixels: number): Promise<ImageHeader> {
  const container = sniffMediaType((await source.read(0, 256)).subarray(0, 256));
  const parts = new PartCount();
  const header =
    container === 'HEIF'
      ? fromHeif(await readHeif(source, maxPixels, parts))
      : fromStored(container, await readStored(container, source, parts));
  const { width, height } = header;
  if (width < 1 || height < 1) throw brokenHeader(formats[header.mimeType].name);
  if (width * height > maxPixels) {
    const message = `The image has ${width} x ${height} = ${width * height} pixels; at most ${maxPixels} are allowed. Send a smaller image.`;
    throw new UnreadablePictureError('IMAGE_TOO_LARGE', message, maxPixels);
  }
  return header;
}

type PlainType = Exclude<MediaType, HeifPicture['mimeType']>;

function readStored(mimeType: PlainType, source: ByteSource, parts: PartCount): Promise<StoredPicture> {
  switch (mimeType) {
    case 'image/jpeg':
      return readJpeg(source, parts);
    case 'image/png':
      return readPng(source, parts);
    case 'image/webp':
      return readWebp(source, parts);
    case 'image/gif':
      return readGif(source);
  }
}

function fromStored(mimeType: PlainType, { width, height, exif, scans }: StoredPicture): ImageHeader {
  return { mimeType, ...turned({ width, height }, exif.orientation), ...exif, scans, heif: null };
}

function fromHeif({ mimeType, orientation, exif, width, height, ...details }: HeifPicture): ImageHeader {
  const heif = { ...details, stored: { width, height } };
  return { mimeType, ...turned(details.crop, orientation), ...exif, orientation, scans: 1, heif };
}

function turned(
  { width, height }: { width: number; height: number },
  orientation: number,
): { width: number; height: number } {
  return orientation >= 5 ? { width: height, height: width } : { width, height };
}
