import { crc32 } from 'node:zlib';

/** Pieces of which tests put pictures together that no encoder writes. */

/** A JPEG segment, with its marker and length. */
export function segment(marker: number, payload: Buffer = Buffer.alloc(0)): Buffer {
  const head = Buffer.from([0xff, marker, 0, 0]);
  head.writeUInt16BE(payload.length + 2, 2);
  return Buffer.concat([head, payload]);
}

/** A JPEG with more right behind its start. */
export function afterStart(jpeg: Buffer, ...parts: Buffer[]): Buffer {
  return Buffer.concat([jpeg.subarray(0, 2), ...parts, jpeg.subarray(2)]);
}

export function exifSegment(tiff: Buffer): Buffer {
  return segment(0xe1, Buffer.concat([Buffer.from('Exif\0\0'), tiff]));
}

/** Where a marker of these codes begins in a JPEG, the first of them. */
export function findMarker(jpeg: Buffer, ...codes: number[]): number {
  for (let at = 2; ; at += 2 + jpeg.readUInt16BE(at + 2)) if (codes.includes(jpeg[at + 1]!)) return at;
}

export function chunk(type: string, data: Buffer = Buffer.alloc(0)): Buffer {
  const typed = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const [length, checksum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  checksum.writeUInt32BE(crc32(typed));
  return Buffer.concat([length, typed, checksum]);
}

/** Bytes of the signature and of IHDR, which come first in every PNG. */
export const pngStartBytes = 8 + 25;
/** Bytes of IEND, the last chunk. */
export const pngEndBytes = 12;

export function riffChunk(type: string, data: Buffer = Buffer.alloc(0)): Buffer {
  const head = Buffer.from(`${type}\0\0\0\0`, 'latin1');
  head.writeUInt32LE(data.length, 4);
  return Buffer.concat([head, data, Buffer.alloc(data.length % 2)]);
}

type Tags = Record<number, number | string>;

/** EXIF as TIFF: numbers are SHORT, texts ASCII. */
export function tiff({ main = {}, details = {} }: Partial<Record<'main' | 'details', Tags>>): Buffer {
  const exifPointer = 0x8769;
  const withPointer: Tags = { ...main };
  if (Object.keys(details).length > 0) withPointer[exifPointer] = 0;
  const second = 8 + directory(withPointer, 8).length;
  const pointed: Tags = exifPointer in withPointer ? { ...withPointer, [exifPointer]: second } : withPointer;
  return Buffer.concat([
    Buffer.from([0x4d, 0x4d, 0, 42, 0, 0, 0, 8]),
    directory(pointed, 8),
    ...(exifPointer in pointed ? [directory(details, second)] : []),
  ]);
}

function directory(tags: Tags, offset: number): Buffer {
  const entries = Object.entries(tags);
  const head = Buffer.alloc(2 + 12 * entries.length + 4);
  head.writeUInt16BE(entries.length);
  const texts: Buffer[] = [];
  let textAt = offset + head.length;
  for (const [index, [tag, value]] of entries.entries()) {
    const at = 2 + 12 * index;
    const text = typeof value === 'string' ? Buffer.from(`${value}\0`, 'latin1') : null;
    head.writeUInt16BE(Number(tag), at);
    head.writeUInt16BE(text ? 2 : 3, at + 2);
    head.writeUInt32BE(text?.length ?? 1, at + 4);
    if (text === null) head.writeUInt16BE(value as number, at + 8);
    else if (text.length <= 4) text.copy(head, at + 8);
    else {
      head.writeUInt32BE(textAt, at + 8);
      texts.push(text);
      textAt += text.length;
    }
  }
  return Buffer.concat([head, ...texts]);
}
