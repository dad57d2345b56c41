import { Readable } from 'node:stream';
import type { FilePart } from 'busboy';
import { GraphQLError } from 'graphql';
import { BlobTooLargeError } from '../../storage/blob-store.ts';
import type { FileUpload } from '../../storage/file-upload.ts';
import { InterruptedRequestError } from './request-body.ts';

export interface FileLimits {
  /** Above it the stream fails with BlobTooLargeError. */
  maxBytes: number;
  /** The error for a part that the body ends in. */
  cutOff(): GraphQLError;
}

/** A part of a multipart request as resolvers see it. */
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

/** As other short texts. */
const maxNameLength = 255;

/**
 * A name is no reason to reject a picture: what PostgreSQL's text cannot hold is left out, and a long one loses what stands
 * before its end, where the extension is.
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
    // What stopped the whole request is told as such; all else is the parser's, of a body that ends within the part.
    throw error instanceof GraphQLError || error instanceof InterruptedRequestError ? error : cutOff();
  } finally {
    // A reader that stops half-way leaves the rest in the way of the next file; a part that is destroyed instead stays there
    // for good.
    part.resume();
  }
  if (part.truncated) throw new BlobTooLargeError(maxBytes);
}
