import type { Transaction } from 'kysely';
import type { DB } from '../../database/types.generated.ts';
import { removeImage } from '../life.repository.ts';
import { lockImage } from '../locks.repository.ts';
import { isAnalyzed, isCatalogPicture } from './image-uses.repository.ts';

/**
 * Removes pictures that belonged only to a catalogue item and no longer belong to any: they are in no list, so clients cannot
 * delete them. Pictures that were uploaded as images, belong to another item or were analysed stay.
 * @returns hashes for `removeUnusedBlobs` after the commit.
 */
export async function removeUnlistedImages(
  trx: Transaction<DB>,
  organizationId: string,
  imageIds: readonly string[],
): Promise<string[]> {
  const hashes: string[] = [];
  // In the order of ids, so that two updates cannot deadlock.
  for (const id of [...imageIds].sort()) {
    const image = await lockImage(trx, organizationId, id);
    if (!image || image.in_library) continue;
    if (await isCatalogPicture(trx, organizationId, id)) continue;
    if (await isAnalyzed(trx, organizationId, id)) continue;
    await removeImage(trx, organizationId, image);
    if (image.sha256 !== null) hashes.push(image.sha256);
  }
  return hashes;
}
