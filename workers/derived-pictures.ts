import { rm } from 'node:fs/promises';
import { isBlobKept } from '../src/images/bytes/blobs.repository.ts';
import { derivedName } from '../src/pictures/derived-picture.ts';
import type { PictureSize } from '../src/pictures/sizes.ts';
import type { Blur } from '../src/recognition/objects/blur.ts';
import type { BlobKey, BlobStore } from '../src/storage/blob-store.ts';
import type { WorkerResources } from './resources.ts';

/**
 * The derived pictures that are made whenever an engine decodes a picture for another purpose: the sizes for lists and details, and
 * a full-size one if browsers cannot show the original. 2560 is made on request only: it takes 80 ms of processor time and 570 kB,
 * the others 46 ms and 300 kB together (12 megapixels).
 */
const madeAhead: readonly PictureSize[] = [320, 640, 1280, 'full'];

/** A rendition that an engine will make. */
export interface Wanted {
  size: PictureSize;
  /** Pixels; null: full. */
  width: number | null;
  target: string;
}

/** Renditions to make in advance that do not exist yet; some of them may turn out to be identical or unnecessary. */
export async function listMissing(blobs: BlobStore, key: BlobKey, blur: Blur | null): Promise<Wanted[]> {
  const found = await Promise.all(madeAhead.map((size) => blobs.has({ ...key, derived: madeAheadName(size, blur) })));
  return madeAhead
    .filter((_, index) => !found[index])
    .map((size) => ({ size, width: size === 'full' ? null : size, target: blobs.temporaryFile() }));
}

/** The name of a picture that is made in advance. */
export function madeAheadName(size: PictureSize, blur: Blur | null): string {
  return derivedName({ kind: 'rendition', size, format: 'jpeg', ...(blur && { blur }) });
}

/** Stores derived pictures, unless their picture was deleted meanwhile. */
export async function keepDerived(
  { db, blobs }: Pick<WorkerResources, 'db' | 'blobs'>,
  { organizationId, sha256 }: BlobKey,
  made: readonly { name: string; target: string }[],
): Promise<void> {
  const places = made.map(({ name, target }) => ({ blob: { organizationId, sha256, derived: name }, target }));
  await Promise.all(places.map(({ blob, target }) => blobs.put(blob, target)));
  // A deletion of the picture after this removes them, too. An earlier one did not see them.
  if (await isBlobKept(db, organizationId, sha256)) return;
  for (const { blob } of places) await blobs.remove(blob);
}

/** Removes files that were not stored, if they exist. */
export async function removeFiles(files: readonly { target: string }[]): Promise<void> {
  for (const { target } of files) await rm(target, { force: true });
}
