import type { PartCount } from './bounds.ts';
import { type ByteSource, Extents } from './byte-source.ts';
import { type Exif, noExif, readExif } from './exif.ts';
import type { StoredPicture } from './stored-picture.ts';
import { brokenHeader, unsupported } from './unreadable-picture.ts';

const signatureBytes = 8;
/** Length, type and checksum. */
const chunkOverhead = 12;

/** @throws UnreadablePictureError */
export async function readPng(source: ByteSource, parts: PartCount): Promise<StoredPicture> {
  const first = await source.read(signatureBytes, 16);
  const type = first.toString('latin1', 4, 8);
  if (type === 'CgBI') throw unsupported('a PNG that was rewritten for iOS apps (CgBI)');
  if (first.length < 16 || type !== 'IHDR') throw brokenHeader('PNG');
  const [width, height] = [first.readUInt32BE(8), first.readUInt32BE(12)];
  return { width, height, exif: await findExif(source, parts), scans: 1 };
}

/**
 * The chunk may be before or after the pixels. After them it says when the picture was taken, but does not rotate it: browsers and
 * libvips have displayed it by then, and clients are served the original. In a file that is cut off, the existing part is read.
 */
async function findExif(source: ByteSource, parts: PartCount): Promise<Exif> {
  let isBehindPixels = false;
  for (let at = signatureBytes; ; ) {
    const head = await source.read(at, 8);
    if (head.length < 8) return noExif;
    parts.add();
    const length = head.readUInt32BE(0);
    const type = head.toString('latin1', 4, 8);
    if (type === 'eXIf') {
      const exif = await readExif(new Extents(source, [{ position: at + 8, length }]));
      return isBehindPixels ? { ...exif, orientation: noExif.orientation } : exif;
    }
    if (type === 'IEND') return noExif;
    isBehindPixels ||= type === 'IDAT';
    at += chunkOverhead + length;
  }
}
