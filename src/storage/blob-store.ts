import type { Readable } from 'node:stream';

/** The key of a blob: one per content and organisation. `derived` names a picture made from it. */
export interface BlobKey {
  organizationId: string;
  /** Lower-case hex. */
  sha256: string;
  /** As returned by `derivedName`; absent: the original. */
  derived?: string;
}

/** The key of an export's file. */
export interface ExportKey {
  organizationId: string;
  /** UUID. */
  exportId: string;
}

/** The key of an upload's bytes as a client sends them. */
export interface UploadKey {
  organizationId: string;
  /** UUID. */
  uploadId: string;
}

/** The key of bytes of an upload that arrives in several requests. */
export interface PieceKey {
  organizationId: string;
  /** UUID. */
  pieceId: string;
}

/** The key of any file of the store. */
export type FileKey = BlobKey | ExportKey | PieceKey;

/** Bytes that have arrived but do not belong to a blob yet: keep or discard them. */
export interface StagedBlob {
  sha256: string;
  byteSize: number;
  /** The path of the bytes until then. */
  file: string;
  /**
   * Copies them close to their final place, so that `keep` is quick: slow steps (a network) happen here, not in the transaction
   * that keeps them.
   * @throws StoreUnavailableError
   */
  send(organizationId: string): Promise<void>;
  /** Makes them the organisation's blob. Safe to repeat, safe without `send`, and safe if the same content is already stored. */
  keep(organizationId: string): Promise<void>;
  /** Removes them. Does nothing after `keep`. */
  discard(): Promise<void>;
}

/** Thrown by `stage` as soon as the stream exceeds the limit. */
export class BlobTooLargeError extends Error {
  readonly limitBytes: number;
  constructor(limitBytes: number) {
    super(`The file is larger than ${limitBytes} bytes.`);
    this.limitBytes = limitBytes;
  }
}

/** The blob's file on this machine; null: the store does not have it, or no longer has it. */
export async function findLocalFile(blobs: BlobStore, key: BlobKey): Promise<string | null> {
  try {
    return await blobs.localFile(key);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** Thrown when the store cannot be reached, is full or denies access: the bytes are not the cause. */
export class StoreUnavailableError extends Error {}

/** The response headers of a link to the file. */
export interface LinkHeaders {
  contentType: string;
  /** As the header is written; null: none. */
  contentDisposition: string | null;
}

/** The only bytes that an upload accepts. */
export interface AnnouncedBytes {
  byteSize: number;
  /** Lower-case hex. */
  sha256: string;
  mimeType: string;
}

/** How a client sends them. */
export interface UploadLink {
  url: string;
  /** To be sent with the bytes: they are part of the link's signature. */
  headers: { name: string; value: string }[];
}

/** Bytes that a client has sent directly to the store. */
export interface ArrivedUpload {
  bytes: Readable;
  /** Like `BlobStore.stage`, but `keep` needs no further transfer. Neither `keep` nor `discard` removes the client's object. */
  stage: BlobStore['stage'];
}

/** Uploads that clients send directly to the store. */
export interface DirectUploads {
  /** A link that accepts these bytes by PUT, from `from` on for this many seconds; the same for the same arguments. */
  link(key: UploadKey, bytes: AnnouncedBytes, from: Date, expiresSeconds: number): Promise<UploadLink>;
  /** The object that has arrived; null: nothing has (yet). @throws StoreUnavailableError */
  find(key: UploadKey): Promise<ArrivedUpload | null>;
  /** Removes the object; does nothing if there is none. */
  remove(key: UploadKey): Promise<void>;
}

/**
 * Bytes of pictures, addressed by content, and files of exports, by their id: in a directory or in S3. A missing file is an error
 * with code ENOENT.
 */
export interface BlobStore {
  /** Where it is, for people: a path or an address. */
  location: string;
  /** The origins of its links, as a Content-Security-Policy writes them; empty: it has none. */
  linkOrigins: readonly string[];
  /** Streams bytes to a temporary file, and hashes and counts them. @throws BlobTooLargeError */
  stage(bytes: Readable, options: { maxBytes: number }): Promise<StagedBlob>;
  /** null: this store accepts only bytes that we stage. */
  directUploads: DirectUploads | null;
  /** The path of the blob on this machine's disk. @throws if it does not exist */
  localFile(key: BlobKey): Promise<string>;
  has(key: BlobKey): Promise<boolean>;
  /** Bytes from `start` to `end` inclusive. */
  read(key: FileKey, range?: { start: number; end: number }): Promise<{ bytes: Readable; byteSize: number }>;
  /**
   * A link that reads the file from the store itself, for one to two hours; the same within an hour. It does not check that the
   * file exists. null: this store has no links, so read the bytes.
   */
  link(key: FileKey, headers: LinkHeaders): Promise<string | null>;
  /** Stores a finished file (written to `temporaryFile()`) as a derived picture, an export or a piece of an upload, and replaces an existing one. */
  put(key: FileKey, file: string): Promise<void>;
  /** A new path for a file that will be `put`. */
  temporaryFile(): string;
  /** Removes the original with everything derived from it, one derived picture, an export or a piece; does nothing if they do not exist. */
  remove(key: FileKey): Promise<void>;
  /** Removes the derived pictures of a blob whose names begin like this. */
  removeDerived(key: BlobKey, beginning: string): Promise<void>;
  /** Removes temporary files older than this: those of uploads that a crash interrupted, and copies that have not been used since. */
  sweep(olderThanMs: number): Promise<number>;
  /**
   * Removes incoming bytes of an organisation that are older than this: a killed process left them, or a client sent them again.
   * @returns how many
   */
  sweepIncoming(organizationId: string, olderThanMs: number): Promise<number>;
}
