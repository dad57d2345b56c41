import type { Readable } from 'node:stream';

/**
 * One file part of a multipart request. The value of an `Upload` variable is a promise of it, fulfilled when the part
 * arrives; parts arrive in the order of the wire, and the next one only after this one's stream was read or destroyed.
 */
export interface FileUpload {
  filename: string;
  /** What the client says; the bytes decide. */
  mimetype: string;
  createReadStream(): Readable;
}
