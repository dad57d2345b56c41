import type { Draw } from './draw.ts';

const interestingBytes = [0x00, 0x01, 0x7f, 0x80, 0xff, 0xd8, 0xd9, 0xda, 0xe1];
const interestingLengths = [0, 1, 0x7fff, 0xffff, 0x7fff_ffff, 0xffff_ffff];

/** The bytes with one to eight changes of the kinds that break readers of file formats. */
export function mutate(draw: Draw, bytes: Buffer, others: readonly Buffer[]): Buffer {
  let mutated: Buffer = Buffer.from(bytes);
  for (let left = draw.int(1, 8); left > 0; left--) mutated = change(draw, mutated, others);
  return mutated;
}

function change(draw: Draw, bytes: Buffer, others: readonly Buffer[]): Buffer {
  if (bytes.length < 16) return Buffer.concat([bytes, draw.pick(others).subarray(0, 64)]);
  // Headers are where the structure is.
  const reach = draw.chance(0.7) ? Math.min(bytes.length, 1024) : bytes.length;
  const at = draw.int(0, reach - 9);
  switch (draw.int(0, 7)) {
    case 0:
      bytes[at]! ^= 1 << draw.int(0, 7);
      return bytes;
    case 1:
      bytes[at] = draw.pick(interestingBytes);
      return bytes;
    case 2:
      bytes.writeUInt32BE(draw.pick(interestingLengths), at);
      return bytes;
    case 3:
      bytes.writeUInt16LE(draw.int(0, 0xffff), at);
      return bytes;
    case 4:
      return bytes.subarray(0, at + 8);
    case 5:
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + draw.int(1, 8))]);
    case 6: {
      const piece = bytes.subarray(at, at + draw.int(1, 64));
      const times = draw.int(1, draw.chance(0.05) ? 20_000 : 8);
      return Buffer.concat([bytes.subarray(0, at), ...Array<Buffer>(times).fill(piece), bytes.subarray(at)]);
    }
    default: {
      const other = draw.pick(others);
      const from = draw.int(0, Math.max(0, other.length - 1));
      return Buffer.concat([
        bytes.subarray(0, at),
        other.subarray(from, from + draw.int(1, 512)),
        bytes.subarray(at + 4),
      ]);
    }
  }
}
