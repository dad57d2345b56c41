import type { PartCount } from '../bounds.ts';
import { brokenHeader } from '../unreadable-picture.ts';

/** A box within bytes that are in memory. */
export interface Box {
  type: string;
  /** Its contents, after its header. */
  body: Buffer;
}

/** The boxes in these bytes; ends at one that does not fit. */
export function* boxesIn(bytes: Buffer, parts: PartCount): Generator<Box> {
  for (let at = 0; at + 8 <= bytes.length; ) {
    parts.add();
    const { type, headerBytes, byteSize } = readBoxHead(bytes, at, bytes.length - at);
    if (at + byteSize > bytes.length) return;
    yield { type, body: bytes.subarray(at + headerBytes, at + byteSize) };
    at += byteSize;
  }
}

/**
 * @param left number of bytes from its header on, for a box that extends to the end.
 * @throws UnreadablePictureError if its size is smaller than its header.
 */
export function readBoxHead(
  bytes: Buffer,
  at: number,
  left: number,
): { type: string; headerBytes: number; byteSize: number } {
  const size = bytes.readUInt32BE(at);
  const type = bytes.toString('latin1', at + 4, at + 8);
  if (size === 0) return { type, headerBytes: 8, byteSize: left };
  const isLong = size === 1;
  if (isLong && bytes.length < at + 16) throw brokenHeader('HEIF');
  const [headerBytes, byteSize] = isLong ? [16, Number(bytes.readBigUInt64BE(at + 8))] : [8, size];
  if (byteSize < headerBytes) throw brokenHeader('HEIF');
  return { type, headerBytes, byteSize };
}

/** Reads numbers one after another. @throws RangeError beyond the end */
export class Cursor {
  readonly #bytes: Buffer;
  at: number;

  constructor(bytes: Buffer, at = 0) {
    this.#bytes = bytes;
    this.at = at;
  }

  /** Big-endian, of 0 to 8 bytes; inexact beyond 2^53, which is larger than any file. */
  uint(byteLength: number): number {
    if (byteLength > 0 && byteLength <= 6) {
      this.at += byteLength;
      return this.#bytes.readUIntBE(this.at - byteLength, byteLength);
    }
    let value = 0;
    for (let end = this.at + byteLength; this.at < end; this.at += 1)
      value = value * 256 + this.#bytes.readUInt8(this.at);
    return value;
  }

  int32(): number {
    this.at += 4;
    return this.#bytes.readInt32BE(this.at - 4);
  }

  /** The version of a full box; its flags are skipped. */
  version(): number {
    const version = this.uint(1);
    this.at += 3;
    return version;
  }

  get isAtEnd(): boolean {
    return this.at >= this.#bytes.length;
  }

  text(byteLength: number): string {
    this.at += byteLength;
    if (this.at > this.#bytes.length) throw new RangeError('The box ends before its text.');
    return this.#bytes.toString('latin1', this.at - byteLength, this.at);
  }
}
