import { promisify } from 'node:util';
import { crc32, deflate } from 'node:zlib';

const compress = promisify(deflate);

/** Pixels of 8 bits per channel, without padding. */
export interface RawPixels {
  data: Buffer;
  width: number;
  height: number;
  channels: 3 | 4;
}

/**
 * Pixels and their colour profile as a PNG without compression, because sharp accepts a profile only with a file. Assembling 12
 * megapixels takes about 100 ms, a fraction of the time to decode them.
 */
export async function toPng({ data, width, height, channels }: RawPixels, profile: Buffer): Promise<Buffer> {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = 8;
  header[9] = channels === 4 ? 6 : 2;
  const pixels = await compress(toRows(data, width * channels, height), { level: 0, chunkSize: 1024 * 1024 });
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    ...chunk('IHDR', header),
    ...chunk('iCCP', Buffer.concat([Buffer.from('icc\0\0', 'latin1'), await compress(profile)])),
    ...chunk('IDAT', pixels),
    ...chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** Each row begins with the byte that names its filter: 0, none. */
function toRows(data: Buffer, rowBytes: number, height: number): Buffer {
  const rows = Buffer.alloc((rowBytes + 1) * height);
  for (let row = 0; row < height; row += 1)
    data.copy(rows, row * (rowBytes + 1) + 1, row * rowBytes, (row + 1) * rowBytes);
  return rows;
}

function chunk(type: string, data: Buffer): Buffer[] {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(data.length);
  head.write(type, 4, 'latin1');
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32BE(crc32(data, crc32(head.subarray(4))));
  return [head, data, checksum];
}
