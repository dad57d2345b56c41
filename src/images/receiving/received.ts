import type { StagedBlob } from '../../storage/blob-store.ts';
import type { ImageHeader } from '../header/read-header.ts';
import type { Rejected } from './rejected.ts';

/** Bytes that have arrived and look like a picture; no image owns them yet. */
export interface Staged {
  kind: 'staged';
  staged: StagedBlob;
  header: ImageHeader;
  /** The client's name for it; never used as a path. */
  filename: string | null;
}

/** An image that already exists. */
export interface Stored {
  kind: 'stored';
  imageId: string;
  /** true: its bytes have arrived. false: they were still arriving, so this must be checked again under a lock. */
  isReady: boolean;
}

/** An upload, whose bytes have arrived or may still arrive. */
export interface Uploaded {
  kind: 'uploaded';
  uploadId: string;
}

/** Bytes that a worker will fetch. */
export interface Remote {
  kind: 'remote';
  url: string;
}

export type Received = Staged | Stored | Uploaded | Remote | Rejected;

export type StagedOrRejected = Staged | Rejected;

/** Removes the bytes that were not kept. */
export async function discardAll(received: readonly Received[]): Promise<void> {
  await Promise.all(received.map((one) => (one.kind === 'staged' ? one.staged.discard() : undefined)));
}
