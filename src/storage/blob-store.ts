import type { Readable } from 'node:stream';

/** Where a blob is: one per content and organisation. `derived` names a picture made from it. */
export interface BlobKey {
  organizationId: string;
  /** Lower-case hex. */
  sha256: string;
  /** As `derivedName` gives it; absent: the original. */
  derived?: string;
}

/** Where the file of an export is. */
export interface ExportKey {
  organizationId: string;
  /** UUID. */
  exportId: string;
}

/** Where a client sends the bytes of an upload to. */
export interface UploadKey {
  organizationId: string;
  /** UUID. */
  uploadId: string;
}

/** Bytes that have arrived but are not yet anyone's blob: keep or discard them. */
export interface StagedBlob {
  sha256: string;
  byteSize: number;
  /** Where the bytes lie until then. */
  file: string;
  /**
   * Brings them near to where they will be kept, so that `keep` is quick. What takes its time (a network) happens here, not
   * in the transaction that keeps them. @throws StoreUnavailableError
   */
  send(organizationId: string): Promise<void>;
  /** Makes them the organisation's blob. Safe to repeat, without `send`, and when the same content is stored already. */
  keep(organizationId: string): Promise<void>;
  /** Removes them. Does nothing after `keep`. */
  discard(): Promise<void>;
}

/** Thrown by `stage` as soon as the stream goes over the limit. */
export class BlobTooLargeError extends Error {
  readonly limitBytes: number;
  constructor(limitBytes: number) {
    super(`The file is larger than ${limitBytes} bytes.`);
    this.limitBytes = limitBytes;
  }
}

/** The blob's file on this machine; null: the store does not have it (any more). */
export async function findLocalFile(blobs: BlobStore, key: BlobKey): Promise<string | null> {
  try {
    return await blobs.localFile(key);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** Thrown when the store cannot be reached, is full or does not let us in: nothing that the bytes are to blame for. */
export class StoreUnavailableError extends Error {}

/** What a reader of a link is told of the file, as headers. */
export interface LinkHeaders {
  contentType: string;
  /** As the header is written; null: none. */
  contentDisposition: string | null;
}

/** The bytes of one upload, and no others. */
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

/** Bytes that a client has sent to the store itself. */
export interface ArrivedUpload {
  bytes: Readable;
  /** As `BlobStore.stage`; what it stages is kept without another upload. Neither `keep` nor `discard` remove what has come. */
  stage: BlobStore['stage'];
}

/** Uploads that clients send past us. */
export interface DirectUploads {
  /** Takes these bytes by PUT from `from` on, for so many seconds; the same for the same arguments. */
  link(key: UploadKey, bytes: AnnouncedBytes, from: Date, expiresSeconds: number): Promise<UploadLink>;
  /** What has come; null: nothing (yet). @throws StoreUnavailableError */
  find(key: UploadKey): Promise<ArrivedUpload | null>;
  /** Removes what has come; nothing happens when nothing has. */
  remove(key: UploadKey): Promise<void>;
}

/** Bytes of pictures, addressed by content, and files of exports, by their id: in a directory or in S3. What is missing is an error with code ENOENT. */
export interface BlobStore {
  /** Where it is, for people: a path or an address. */
  location: string;
  /** The origins of its links, as a Content-Security-Policy writes them; empty: it has none. */
  linkOrigins: readonly string[];
  /** Streams bytes to a temporary file, hashing and counting on the way. @throws BlobTooLargeError */
  stage(bytes: Readable, options: { maxBytes: number }): Promise<StagedBlob>;
  /** null: this store takes nothing but what we stage. */
  directUploads: DirectUploads | null;
  /** A path on this machine's disk that holds the blob. @throws when it is not there */
  localFile(key: BlobKey): Promise<string>;
  has(key: BlobKey): Promise<boolean>;
  /** Bytes from `start` to `end` inclusive. */
  read(
    key: BlobKey | ExportKey,
    range?: { start: number; end: number },
  ): Promise<{ bytes: Readable; byteSize: number }>;
  /**
   * A link that reads the file from the store itself, for one to two hours; the same within an hour. Whether the file is
   * there is not asked. null: this store has none, read its bytes.
   */
  link(key: BlobKey | ExportKey, headers: LinkHeaders): Promise<string | null>;
  /** Takes a finished file (made in `temporaryFile()`) in as a derived picture or an export; it replaces one that is there. */
  put(key: BlobKey | ExportKey, file: string): Promise<void>;
  /** A fresh path for a file that is to be `put`. */
  temporaryFile(): string;
  /** Removes the original with all that was made from it, one derived picture, or an export; nothing happens when they are gone. */
  remove(key: BlobKey | ExportKey): Promise<void>;
  /** Removes temporary files older than this: what uploads left that a crash cut off, and copies that nobody used since. */
  sweep(olderThanMs: number): Promise<number>;
  /**
   * Removes what is on its way for one organisation and older than this: bytes that a killed process left in a bucket, or a
   * client sent once more. @returns how many
   */
  sweepIncoming(organizationId: string, olderThanMs: number): Promise<number>;
}
