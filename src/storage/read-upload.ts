import type { Readable } from 'node:stream';
import { BlobTooLargeError } from './blob-store.ts';
import type { FileUpload } from './file-upload.ts';

/** The bytes of a small file; null: it has more than `maxBytes`. It is read to its end in any case, since others may come behind it. */
export async function readUpload(file: Promise<FileUpload>, maxBytes: number): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of (await file).createReadStream() as Readable & AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes <= maxBytes) chunks.push(chunk);
    }
  } catch (error) {
    if (!(error instanceof BlobTooLargeError)) throw error;
    return null;
  }
  return bytes <= maxBytes ? Buffer.concat(chunks) : null;
}
