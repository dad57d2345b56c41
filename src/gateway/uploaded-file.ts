import { Readable } from 'node:stream';
import type { FilePart } from 'busboy';
import { GraphQLError } from 'graphql';
import { BlobTooLargeError } from '../storage/blob-store.ts';
import type { FileUpload } from '../storage/file-upload.ts';
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
    // What PostgreSQL's text cannot hold is left out: a name is no reason to refuse a picture.
    filename: (info.filename ?? '').replaceAll('\0', '').toWellFormed(),
    mimetype: info.mimeType,
    createReadStream() {
      if (opened) throw new Error('An uploaded file can be read once.');
      opened = true;
      return Readable.from(bytesOf(part, limits), { objectMode: false });
    },
  };
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
