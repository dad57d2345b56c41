import type { FileHandle } from 'node:fs/promises';
import { setImmediate } from 'node:timers/promises';

/** Bytes that are read where they are needed, so that a header is found anywhere in a file of any size. */
export interface ByteSource {
  readonly byteLength: number;
  /**
   * The bytes from a position on: at least as many as requested, unless the end comes first, and more if they are already in
   * memory. They are valid until the next call.
   */
  read(position: number, atLeast: number): Promise<Buffer>;
}

/** Bytes per read from the disk. */
const windowBytes = 64 * 1024;

/**
 * Number of reads from memory after which the event loop gets its turn: a promise alone would not yield to it. Otherwise 64 KiB of
 * the smallest JPEG segments, 16,384, blocked it for 40 ms. The number is small because 20 files of one request are read
 * concurrently.
 */
const readsPerTurn = 64;

/** Reading a header fails after this time, because the disk does not respond. */
const deadlineMs = 10_000;

/** An open file. */
export class FileSource implements ByteSource {
  readonly byteLength: number;
  readonly #file: FileHandle;
  readonly #deadline = performance.now() + deadlineMs;
  #window: Buffer = Buffer.alloc(0);
  #start = 0;
  #readsInMemory = 0;

  constructor(file: FileHandle, byteLength: number) {
    this.#file = file;
    this.byteLength = byteLength;
  }

  async read(position: number, atLeast: number): Promise<Buffer> {
    const wanted = Math.min(atLeast, this.byteLength - position);
    if (wanted <= 0) return Buffer.alloc(0);
    const offset = position - this.#start;
    if (offset >= 0 && offset + wanted <= this.#window.length) {
      this.#readsInMemory += 1;
      if (this.#readsInMemory % readsPerTurn === 0) await setImmediate();
      return this.#window.subarray(offset);
    }
    if (performance.now() > this.#deadline)
      throw new Error(`Reading the header of a picture took longer than ${deadlineMs / 1000} s.`);
    const length = Math.min(Math.max(wanted, windowBytes), this.byteLength - position);
    const { buffer, bytesRead } = await this.#file.read(Buffer.allocUnsafe(length), 0, length, position);
    this.#window = buffer.subarray(0, bytesRead);
    this.#start = position;
    return this.#window;
  }
}

/** A range of bytes of another source. */
export interface Extent {
  position: number;
  length: number;
}

/** Parts of another source, one after the other. */
export class Extents implements ByteSource {
  readonly byteLength: number;
  readonly #source: ByteSource;
  readonly #extents: readonly Extent[];

  constructor(source: ByteSource, extents: readonly Extent[]) {
    this.#source = source;
    this.#extents = extents;
    this.byteLength = extents.reduce((sum, { length }) => sum + length, 0);
  }

  async read(position: number, atLeast: number): Promise<Buffer> {
    const found: Buffer[] = [];
    let missing = Math.min(atLeast, this.byteLength - position);
    let start = 0;
    for (const extent of this.#extents) {
      if (missing <= 0) break;
      const skipped = Math.max(position - start, 0);
      start += extent.length;
      if (skipped >= extent.length) continue;
      const length = Math.min(extent.length - skipped, missing);
      // Copied: the next read may overwrite it.
      found.push(Buffer.from((await this.#source.read(extent.position + skipped, length)).subarray(0, length)));
      missing -= length;
    }
    return Buffer.concat(found);
  }
}
