import type { PartCount } from './bounds.ts';
import { type ByteSource, Extents } from './byte-source.ts';
import { type Exif, noExif, readExif } from './exif.ts';
import type { StoredPicture } from './stored-picture.ts';
import { brokenHeader } from './unreadable-picture.ts';

const riffBytes = 12;

/** @throws UnreadablePictureError */
export async function readWebp(source: ByteSource, parts: PartCount): Promise<StoredPicture> {
  const chunk = await source.read(riffBytes, 18);
  if (chunk.length < 18) throw brokenHeader('WebP');
  switch (chunk.toString('latin1', 0, 4)) {
    case 'VP8X': {
      const size = { width: chunk.readUIntLE(12, 3) + 1, height: chunk.readUIntLE(15, 3) + 1 };
      return { ...size, exif: await findExif(source, parts), scans: 1 };
    }
    case 'VP8L': {
      const bits = chunk.readUInt32LE(9);
      return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1, exif: noExif, scans: 1 };
    }
    case 'VP8 ':
      return readLossy(source);
    default:
      throw brokenHeader('WebP');
  }
}

async function readLossy(source: ByteSource): Promise<StoredPicture> {
  const frame = await source.read(riffBytes + 8, 10);
  if (frame.length < 10 || frame.readUIntBE(3, 3) !== 0x9d012a) throw brokenHeader('WebP');
  return { width: frame.readUInt16LE(6) & 0x3fff, height: frame.readUInt16LE(8) & 0x3fff, exif: noExif, scans: 1 };
}

/** The chunk comes after the pixels. Whether the first chunk announces it does not matter: some writers forget that. */
async function findExif(source: ByteSource, parts: PartCount): Promise<Exif> {
  const riff = await source.read(0, 8);
  const end = Math.min(8 + riff.readUInt32LE(4), source.byteLength);
  for (let at = riffBytes; at + 8 <= end; ) {
    const head = await source.read(at, 8);
    if (head.length < 8) break;
    parts.add();
    const length = head.readUInt32LE(4);
    if (head.toString('latin1', 0, 4) === 'EXIF') return readExif(new Extents(source, [{ position: at + 8, length }]));
    at += 8 + length + (length % 2);
  }
  return noExif;
}
