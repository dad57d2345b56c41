import { Readable } from 'node:stream';
import type { FilePart } from 'busboy';
import { GraphQLError } from 'graphql';
import { BlobTooLargeError } from '../../storage/blob-store.ts';
import type { FileUpload } from '../../storage/file-upload.ts';
import { InterruptedRequestError } from './request-body.ts';

export interface FileLimits {
  /** A longer file makes the stream fail with BlobTooLargeError. */
  maxBytes: number;
  /** The error if the body ends within the part. */
  cutOff(): GraphQLError;
}

/** A file of a multipart request as resolvers see it. */
export function fileUpload(
  part: FilePart,
  info: { filename?: string; mimeType: string },
  limits: FileLimits,
): FileUpload {
  let opened = false;
  return {
    filename: storableName(info.filename ?? ''),
    mimetype: info.mimeType,
    createReadStream() {
      if (opened) throw new Error('An uploaded file can be read once.');
      opened = true;
      return new FileStream(part, limits);
    },
  };
}

/** As for other short texts. */
const maxNameLength = 255;

/**
 * A picture is not rejected because of its name: characters that PostgreSQL cannot store are removed, and a long name is shortened
 * from the front, because the extension is at its end.
 */
function storableName(name: string): string {
  const storable = name.replaceAll('\0', '').toWellFormed();
  if (storable.length <= maxNameLength) return storable;
  const [extension = ''] = /\.\w{1,10}$/.exec(storable) ?? [];
  return (storable.slice(0, maxNameLength - extension.length) + extension).toWellFormed();
}

/** How much of a file waits for its reader: as much as it writes at a time. */
const bufferedBytes = 512 * 1024;

/** The bytes of a part. Events instead of an iterator: each chunk costs no promise. */
class FileStream extends Readable {
  readonly #part: FilePart;
  readonly #limits: FileLimits;

  constructor(part: FilePart, limits: FileLimits) {
    super({ highWaterMark: bufferedBytes });
    this.#part = part;
    this.#limits = limits;
    part.on('data', this.#take);
    part.once('end', () => this.#end());
    part.once('error', (error) => this.#fail(error));
    // It failed before anybody read it.
    if (part.errored) this.#fail(part.errored);
  }

  override _read(): void {
    this.#part.resume();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    // If a reader stops half-way, the rest of the part still precedes the next file, so it is drained. A destroyed part would block
    // the request for good.
    this.#part.off('data', this.#take);
    this.#part.resume();
    done(error);
  }

  readonly #take = (chunk: Buffer): void => {
    if (!this.push(chunk)) this.#part.pause();
  };

  #end(): void {
    if (this.#part.truncated) this.destroy(new BlobTooLargeError(this.#limits.maxBytes));
    else this.push(null);
  }

  /** An error that stopped the whole request is reported as such; any other is the parser's, for a body that ends within the part. */
  #fail(error: Error): void {
    const isOfRequest = error instanceof GraphQLError || error instanceof InterruptedRequestError;
    this.destroy(isOfRequest ? error : this.#limits.cutOff());
  }
}
