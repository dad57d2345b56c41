import type { Exif } from './exif.ts';

/** What a file of any format tells before its EXIF orientation is applied. */
export interface StoredPicture {
  /** Pixels as they are stored. */
  width: number;
  height: number;
  exif: Exif;
  /** How often a decoder goes through the picture before it delivers the first row. */
  scans: number;
}
