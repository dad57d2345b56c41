import type { StagedBlob } from '../../storage/blob-store.ts';
import type { ImageHeader } from '../header/read-header.ts';
import type { Rejected } from './rejected.ts';

/** Bytes that have arrived and look like a picture; nobody's yet. */
export interface Staged {
  kind: 'staged';
  staged: StagedBlob;
  header: ImageHeader;
  /** As the client named it; never a path. */
  filename: string | null;
}

/** An image that is here already. */
export interface Stored {
  kind: 'stored';
  imageId: string;
  /** Its bytes are here, and stay. false: they were on their way, and must be looked at again under a lock. */
  isReady: boolean;
}

/** An upload, whose bytes have arrived or may still arrive. */
export interface Uploaded {
  kind: 'uploaded';
  uploadId: string;
}

/** Bytes that a worker is to fetch. */
export interface Remote {
  kind: 'remote';
  url: string;
}

export type Received = Staged | Stored | Uploaded | Remote | Rejected;

export type StagedOrRejected = Staged | Rejected;

/** Removes the bytes that were not kept. Does nothing to those that were. */
export async function discardAll(received: readonly Received[]): Promise<void> {
  await Promise.all(received.map((one) => (one.kind === 'staged' ? one.staged.discard() : undefined)));
}
