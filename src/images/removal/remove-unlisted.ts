import type { Transaction } from 'kysely';
import type { DB } from '../../database/types.generated.ts';
import { removeImage } from '../life.repository.ts';
import { lockImage } from '../locks.repository.ts';
import { isAnalyzed, isCatalogPicture } from './image-uses.repository.ts';

/**
 * Removes pictures that were only a catalogue item's and are no item's any more: they are in no list, so nobody could.
 * What was uploaded as an image, is another item's picture or was analysed stays.
 * @returns hashes for `removeUnusedBlobs` after the commit.
 */
export async function removeUnlistedImages(
  trx: Transaction<DB>,
  organizationId: string,
  imageIds: readonly string[],
): Promise<string[]> {
  const hashes: string[] = [];
  // In the order of ids, so that two updates cannot lock each other out.
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
