import { d50, type Matrix, type Row, transpose } from './colour-matrix.ts';

/**
 * An ICC profile of version 4: a matrix to XYZ under D50, and one curve for the three channels that maps signal to light, both 0 to
 * 1.
 */
export function makeProfile(toXyz: Matrix, curve: (signal: number) => number): Buffer {
  const [red, green, blue] = transpose(toXyz);
  const curveTag = curveOf(curve);
  const text = textOf('Sightline');
  const tags: [signature: string, data: Buffer][] = [
    ['desc', text],
    ['cprt', text],
    ['wtpt', xyzOf(d50)],
    ['rXYZ', xyzOf(red)],
    ['gXYZ', xyzOf(green)],
    ['bXYZ', xyzOf(blue)],
    ['rTRC', curveTag],
    ['gTRC', curveTag],
    ['bTRC', curveTag],
  ];
  return assemble(tags);
}

const headerBytes = 128;

function assemble(tags: readonly [signature: string, data: Buffer][]): Buffer {
  const table = Buffer.alloc(4 + tags.length * 12);
  table.writeUInt32BE(tags.length);
  const blocks: Buffer[] = [];
  const offsets = new Map<Buffer, number>();
  let end = headerBytes + table.length;
  for (const [index, [signature, data]] of tags.entries()) {
    if (!offsets.has(data)) {
      offsets.set(data, end);
      blocks.push(data);
      end += data.length;
    }
    table.write(signature, 4 + index * 12, 'latin1');
    table.writeUInt32BE(offsets.get(data)!, 8 + index * 12);
    table.writeUInt32BE(data.length, 12 + index * 12);
  }
  const header = Buffer.alloc(headerBytes);
  header.writeUInt32BE(end, 0);
  header.writeUInt32BE(0x04200000, 8);
  header.write('mntrRGB XYZ ', 12, 'latin1');
  header.write('acsp', 36, 'latin1');
  for (const [index, value] of d50.entries()) header.writeInt32BE(fixed(value), 68 + index * 4);
  return Buffer.concat([header, table, ...blocks]);
}

function fixed(value: number): number {
  return Math.round(value * 65_536);
}

function xyzOf(values: Row): Buffer {
  const bytes = Buffer.alloc(20);
  bytes.write('XYZ ', 'latin1');
  for (const [index, value] of values.entries()) bytes.writeInt32BE(fixed(value), 8 + index * 4);
  return bytes;
}

function curveOf(curve: (signal: number) => number): Buffer {
  const points = 4096;
  const bytes = Buffer.alloc(12 + points * 2);
  bytes.write('curv', 'latin1');
  bytes.writeUInt32BE(points, 8);
  for (let point = 0; point < points; point += 1)
    bytes.writeUInt16BE(Math.round(curve(point / (points - 1)) * 65_535), 12 + point * 2);
  return bytes;
}

/** Multi-localised text in one language; padded to four bytes. */
function textOf(text: string): Buffer {
  const utf16 = Buffer.from(text, 'utf16le').swap16();
  const bytes = Buffer.alloc(28 + Math.ceil(utf16.length / 4) * 4);
  bytes.write('mluc', 'latin1');
  bytes.writeUInt32BE(1, 8);
  bytes.writeUInt32BE(12, 12);
  bytes.write('enUS', 16, 'latin1');
  bytes.writeUInt32BE(utf16.length, 20);
  bytes.writeUInt32BE(28, 24);
  utf16.copy(bytes, 28);
  return bytes;
}
