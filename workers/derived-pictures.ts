import { rm } from 'node:fs/promises';
import { isBlobKept } from '../src/images/bytes/blobs.repository.ts';
import { derivedName } from '../src/pictures/derived-picture.ts';
import type { PictureSize } from '../src/pictures/sizes.ts';
import type { BlobKey, BlobStore } from '../src/storage/blob-store.ts';
import type { WorkerResources } from './resources.ts';

/**
 * What is made of every picture that an engine decodes for something else: what lists and details show, and where browsers cannot
 * show the original, one as large. 2560 is left to be asked for: it takes 80 ms of a processor and 570 kB, the others 46 ms and 300 kB
 * together (12 megapixels).
 */
const madeAhead: readonly PictureSize[] = [320, 640, 1280, 'full'];

/** A rendition that an engine is to make. */
export interface Wanted {
  size: PictureSize;
  /** Pixels; null: full. */
  width: number | null;
  target: string;
}

/** Renditions that are made ahead and are not there yet; some of them may turn out to be the same, or not to be needed. */
export async function listMissing(blobs: BlobStore, key: BlobKey): Promise<Wanted[]> {
  const found = await Promise.all(
    madeAhead.map((size) => blobs.has({ ...key, derived: derivedName({ kind: 'rendition', size, format: 'jpeg' }) })),
  );
  return madeAhead
    .filter((_, index) => !found[index])
    .map((size) => ({ size, width: size === 'full' ? null : size, target: blobs.temporaryFile() }));
}

/** Stores what was made of a picture, unless that was deleted meanwhile. */
export async function keepDerived(
  { db, blobs }: Pick<WorkerResources, 'db' | 'blobs'>,
  { organizationId, sha256 }: BlobKey,
  made: readonly { name: string; target: string }[],
): Promise<void> {
  const places = made.map(({ name, target }) => ({ blob: { organizationId, sha256, derived: name }, target }));
  await Promise.all(places.map(({ blob, target }) => blobs.put(blob, target)));
  // Whoever deletes the picture from here on removes them, too. Whoever did before has not seen them.
  if (await isBlobKept(db, organizationId, sha256)) return;
  for (const { blob } of places) await blobs.remove(blob);
}

/** Removes files that were not stored, if they are there. */
export async function removeFiles(files: readonly { target: string }[]): Promise<void> {
  for (const { target } of files) await rm(target, { force: true });
}
