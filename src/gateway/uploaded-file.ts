import { Readable } from 'node:stream';
import type { FilePart } from 'busboy';
import { BlobTooLargeError } from '../storage/blob-store.ts';
import type { FileUpload } from '../storage/file-upload.ts';

/** A part of a multipart request as resolvers see it. Its stream fails with BlobTooLargeError above `maxBytes`. */
export function fileUpload(
  part: FilePart,
  info: { filename?: string; mimeType: string },
  maxBytes: number,
): FileUpload {
  let opened = false;
  return {
    // What PostgreSQL's text cannot hold is left out: a name is no reason to refuse a picture.
    filename: (info.filename ?? '').replaceAll('\0', '').toWellFormed(),
    mimetype: info.mimeType,
    createReadStream() {
      if (opened) throw new Error('An uploaded file can be read once.');
      opened = true;
      return Readable.from(bytesOf(part, maxBytes), { objectMode: false });
    },
  };
}

async function* bytesOf(part: FilePart, maxBytes: number): AsyncGenerator<Buffer> {
  try {
    yield* part.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>;
    if (part.truncated) throw new BlobTooLargeError(maxBytes);
  } finally {
    // A reader that stops half-way leaves the rest in the way of the next file; a part that is destroyed instead stays there
    // for good.
    part.resume();
  }
}
