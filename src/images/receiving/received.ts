import type { StagedBlob } from '../../storage/blob-store.ts';
import type { StagedBytes } from '../bytes/blobs.repository.ts';
import type { ImageHeader } from '../header/read-header.ts';
import type { Rejected } from './rejected.ts';

/** Bytes that have arrived and begin like what they should be; no image or video owns them yet. */
export interface StagedFile<Header> {
  kind: 'staged';
  staged: StagedBlob;
  header: Header;
  /** The client's name for it; never used as a path. */
  filename: string | null;
}

/** The bytes of a picture. */
export type Staged = StagedFile<ImageHeader>;

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

/** A source of a picture after its bytes were received, as far as they are here. */
export type Received = Staged | Stored | Uploaded | Remote | Rejected;

export type StagedOrRejected = Staged | Rejected;

/** What was received of an image or a video. Only staged bytes need storage. */
export type AnyReceived = ({ kind: 'staged' } & StagedBytes) | { kind: Exclude<Received['kind'], 'staged'> };

/** Removes the bytes that were not kept. */
export async function discardAll(received: readonly AnyReceived[]): Promise<void> {
  await Promise.all(received.map((one) => (one.kind === 'staged' ? one.staged.discard() : undefined)));
}
