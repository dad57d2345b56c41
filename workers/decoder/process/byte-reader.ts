import type { Readable } from 'node:stream';

/** Large enough for everything but pixels. */
const spareBytes = 65_536;

/** A buffer that somebody waits for. */
interface Wanted {
  into: Buffer;
  filledBytes: number;
  resolve: (filledBytes: number) => void;
}

/**
 * Reads a stream in parts of known size. What nobody wants yet stays in the pipe, and its writer waits.
 *
 * A socket reads straight into the buffers that are to be filled. Otherwise Node allocates 64 kB for each read: 100 buffers for each frame
 * of 1080p, for which the garbage collector ran several times a second.
 */
export class ByteReader {
  readonly #spare = Buffer.allocUnsafeSlow(spareBytes);
  #source: Readable | null = null;
  #unread: Buffer = Buffer.alloc(0);
  #wanted: Wanted | null = null;
  #isOver = false;
  #onBytes = () => {};

  /** The option of this name of a net.Socket whose bytes are read. Returning false pauses the socket. */
  readonly onread = {
    buffer: (): Buffer => this.#wanted?.into.subarray(this.#wanted.filledBytes) ?? this.#spare,
    callback: (size: number, buffer: Uint8Array): boolean => {
      if (buffer === this.#spare) this.#unread = this.#spare.subarray(0, size);
      else this.#wanted!.filledBytes += size;
      this.#onBytes();
      this.#deliver();
      return this.#wanted !== null;
    },
  };

  /** @param source a socket that was made with `onread`. */
  readSocket(source: Readable): void {
    this.#source = source;
    source.once('end', () => this.#end());
    source.once('close', () => this.#end());
    // A broken pipe is an end like any other: the process that wrote to it is gone.
    source.on('error', () => this.#end());
  }

  /** @param source any other stream. */
  readStream(source: Readable): void {
    this.readSocket(source);
    source.on('data', (piece: Buffer) => {
      this.#unread = piece;
      this.#onBytes();
      this.#deliver();
      if (this.#wanted === null) source.pause();
    });
  }

  /** Calls back whenever bytes have arrived. */
  onBytes(listener: () => void): void {
    this.#onBytes = listener;
  }

  /** Reads as many bytes as the buffer has. One buffer at a time. @returns false: the stream ends before it has that many. */
  async fill(buffer: Buffer): Promise<boolean> {
    return (await this.#fill(buffer)) === buffer.length;
  }

  /** Everything up to the end of the stream. @throws Error if that is more than `maxBytes`. */
  async readAll(maxBytes: number): Promise<Buffer> {
    const bytes = Buffer.allocUnsafe(maxBytes + 1);
    const size = await this.#fill(bytes);
    if (size > maxBytes) throw new Error(`The process wrote more than ${maxBytes} bytes.`);
    return bytes.subarray(0, size);
  }

  /** No more bytes are wanted. */
  destroy(): void {
    this.#source?.destroy();
  }

  /** @returns how many bytes came: fewer than the buffer has only at the end of the stream. */
  #fill(into: Buffer): Promise<number> {
    const { promise, resolve } = Promise.withResolvers<number>();
    this.#wanted = { into, filledBytes: 0, resolve };
    this.#deliver();
    if (this.#wanted !== null) this.#source?.resume();
    return promise;
  }

  #deliver(): void {
    const wanted = this.#wanted;
    if (wanted === null) return;
    const copied = this.#unread.copy(wanted.into, wanted.filledBytes);
    this.#unread = this.#unread.subarray(copied);
    wanted.filledBytes += copied;
    if (wanted.filledBytes < wanted.into.length && !this.#isOver) return;
    this.#wanted = null;
    wanted.resolve(wanted.filledBytes);
  }

  #end(): void {
    this.#isOver = true;
    this.#deliver();
  }
}
