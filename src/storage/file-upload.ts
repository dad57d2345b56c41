import type { Readable } from 'node:stream';

/**
 * One file part of a multipart request. The value of an `Upload` variable is a promise of it, fulfilled when the part arrives;
 * parts arrive in the order in which they were sent, and the next one only after the stream of this one was read or destroyed.
 */
export interface FileUpload {
  filename: string;
  /** According to the client; the bytes decide. */
  mimetype: string;
  createReadStream(): Readable;
}
