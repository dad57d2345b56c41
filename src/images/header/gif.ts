import type { ByteSource } from './byte-source.ts';
import { noExif } from './exif.ts';
import type { StoredPicture } from './stored-picture.ts';
import { brokenHeader } from './unreadable-picture.ts';

/** @throws UnreadablePictureError */
export async function readGif(source: ByteSource): Promise<StoredPicture> {
  const start = await source.read(0, 10);
  if (start.length < 10) throw brokenHeader('GIF');
  return { width: start.readUInt16LE(6), height: start.readUInt16LE(8), exif: noExif, scans: 1 };
}
