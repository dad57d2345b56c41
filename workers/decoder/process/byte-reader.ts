import type { Readable } from 'node:stream';

/** Reads a stream in parts of known size. What is not read yet stays in the pipe, and its writer waits. */
export class ByteReader {
  readonly #stream: Readable;
  #over = false;

  constructor(stream: Readable) {
    this.#stream = stream;
    stream.once('end', () => this.#end());
    stream.once('close', () => this.#end());
    // A broken pipe is an end like any other: the process that wrote to it is gone.
    stream.on('error', () => this.#end());
  }

  /** The next bytes; null: the stream ends before it has that many. One read at a time. */
  async read(size: number): Promise<Buffer | null> {
    if (size === 0) return Buffer.alloc(0);
    for (;;) {
      // Asking for more than is buffered also lets the stream buffer that much.
      const bytes = this.#stream.read(size) as Buffer | null;
      if (bytes !== null) return bytes.length === size ? bytes : null;
      if (this.#over) return null;
      await this.#change();
    }
  }

  /** Everything up to the end of the stream. @throws Error if that is more than `maxBytes`. */
  async readAll(maxBytes: number): Promise<Buffer> {
    const parts: Buffer[] = [];
    for (let size = 0; ; ) {
      const bytes = this.#stream.read() as Buffer | null;
      if (bytes !== null) {
        parts.push(bytes);
        size += bytes.length;
        if (size > maxBytes) throw new Error(`The process wrote more than ${maxBytes} bytes.`);
      } else if (this.#over) return Buffer.concat(parts);
      else await this.#change();
    }
  }

  #change(): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        this.#stream.off('readable', done);
        this.#wake = null;
        resolve();
      };
      this.#wake = done;
      this.#stream.once('readable', done);
    });
  }

  #wake: (() => void) | null = null;

  #end(): void {
    this.#over = true;
    this.#wake?.();
  }
}
