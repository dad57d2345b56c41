import { UnreadablePictureError } from './unreadable-picture.ts';

/**
 * Limits of the parts of a picture. Each is far above what cameras and editors write, and exists because the work of some decoder
 * grows with the number of these parts rather than with bytes or pixels.
 */
export const bounds = {
  /**
   * Segments of a JPEG, chunks of a PNG or WebP, boxes of a HEIF. A PNG of 100 MB in the chunks of 8 KiB that
   * libpng writes has 12,800.
   */
  parts: 20_000,
  /**
   * Scans of a JPEG. Encoders write about 10. libjpeg processes the whole picture once per scan before it returns a row: 882 scans
   * of 49 megapixels took 18 s, 98 took 3 s.
   */
  scans: 100,
  /** Bytes of the `meta` box of a HEIF file. That of a 48-megapixel photograph has about 10 kB. */
  heifMetaBytes: 1024 * 1024,
  /**
   * Boxes, items, locations, references and property associations in that box, which is read in one turn of the event loop. A
   * photograph of 192 tiles has about 2,000, one of as many pictures as are allowed 10,000: 3 to 13 ms, and 24 ms in a process
   * whose code is cold.
   */
  heifParts: 10_000,
  /** Levels of HEIF pictures that are composed of others: a photograph of tiles has 1, an overlay of such pictures 2. */
  heifDepth: 4,
  /** Coded pictures that a HEIF is composed of. 48 megapixels in tiles of 512 x 512 are 192. */
  heifPictures: 1024,
  /**
   * Pixels of all pictures that decoding a HEIF processes, as a multiple of the allowed pixels. A photograph of tiles with
   * transparency needs four times its own pixels: tiles and whole, for colours and for alpha.
   */
  heifPixelsFactor: 4,
  /** Entries of an EXIF directory that are read. */
  exifEntries: 1024,
} as const;

/** Counts the parts of one file, or of one box. */
export class PartCount {
  readonly #limit: number;
  #count = 0;

  constructor(limit: number = bounds.parts) {
    this.#limit = limit;
  }

  /** @throws UnreadablePictureError if there are too many. */
  add(parts = 1): void {
    this.#count += parts;
    if (this.#count > this.#limit)
      throw tooMany(`more than ${this.#limit} segments, chunks or boxes`, 'Save it again with another program.');
  }
}

export function tooMany(what: string, advice: string): UnreadablePictureError {
  return new UnreadablePictureError('UNSUPPORTED_MEDIA', `The picture has ${what}, more than cameras write. ${advice}`);
}
