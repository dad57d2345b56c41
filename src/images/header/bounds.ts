import { UnreadablePictureError } from './unreadable-picture.ts';

/**
 * What a picture may consist of. Each bound is far above what cameras and editors write, and exists because some decoder's
 * work grows with the number of these things rather than with bytes or pixels.
 */
export const bounds = {
  /**
   * Segments of a JPEG, chunks of a PNG or WebP, boxes of a HEIF. A PNG of 100 MB in the chunks of 8 KiB that
   * libpng writes has 12,800.
   */
  parts: 20_000,
  /**
   * Scans of a JPEG. Encoders write about 10. libjpeg goes through the whole picture once a scan before it delivers a row:
   * 882 scans of 49 megapixels took 18 s, 98 took 3 s.
   */
  scans: 100,
  /** Bytes of the box that describes a HEIF file. That of a 48-megapixel photograph has about 10 kB. */
  heifMetaBytes: 1024 * 1024,
  /**
   * Boxes, items, locations, references and links of properties in that box, which is gone through in one turn of the event loop. A
   * photograph of 192 tiles has about 2,000, one of as many pictures as are allowed 10,000: 3 to 13 ms, and 24 ms in a process whose code is cold.
   */
  heifParts: 10_000,
  /** How deep HEIF pictures may be composed of others: a photograph of tiles is 1 deep, an overlay of such pictures 2. */
  heifDepth: 4,
  /** Coded pictures that a HEIF is composed of. 48 megapixels in tiles of 512 x 512 are 192. */
  heifPictures: 1024,
  /**
   * Pixels of all the pictures that decoding a HEIF goes through, as a multiple of the pixels allowed. A photograph of tiles
   * with transparency goes through four times its own pixels: tiles and whole, for colours and for alpha.
   */
  heifPixelsFactor: 4,
  /** Entries of an EXIF directory that are looked at. */
  exifEntries: 1024,
} as const;

/** Counts the parts of one file, or of one box. */
export class PartCount {
  readonly #limit: number;
  #count = 0;

  constructor(limit: number = bounds.parts) {
    this.#limit = limit;
  }

  /** @throws UnreadablePictureError when there are too many. */
  add(parts = 1): void {
    this.#count += parts;
    if (this.#count > this.#limit)
      throw tooMany(`more than ${this.#limit} segments, chunks or boxes`, 'Save it again with another program.');
  }
}

export function tooMany(what: string, advice: string): UnreadablePictureError {
  return new UnreadablePictureError('UNSUPPORTED_MEDIA', `The picture has ${what}, more than cameras write. ${advice}`);
}
