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
      return Readable.from(bytesOf(part, limits), { objectMode: false });
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

async function* bytesOf(part: FilePart, { maxBytes, cutOff }: FileLimits): AsyncGenerator<Buffer> {
  try {
    yield* part.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>;
  } catch (error) {
    // An error that stopped the whole request is reported as such; any other is the parser's, for a body that ends within the part.
    throw error instanceof GraphQLError || error instanceof InterruptedRequestError ? error : cutOff();
  } finally {
    // If a reader stops half-way, the rest of the part still precedes the next file, so it is drained. A destroyed part would block
    // the request for good.
    part.resume();
  }
  if (part.truncated) throw new BlobTooLargeError(maxBytes);
}
