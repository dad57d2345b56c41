import type { Transaction } from 'kysely';
import type { DB } from '../../database/types.generated.ts';
import { OutOfOrderError } from '../../events/order.ts';
import { endOpenAnalyses } from '../arrival.ts';
import { removeImage } from '../life.repository.ts';
import { lockImage } from '../locks.repository.ts';
import { letTaughtGo } from './crops.repository.ts';
import { isCatalogPicture, unlinkAnalyses } from './image-uses.repository.ts';

export interface Deletion {
  /** For `removeUnusedBlobs` after the commit; null: there were no bytes. */
  sha256: string | null;
  /** Analyses that keep their results without the picture. */
  analysesKept: number;
}

/**
 * Deletes an image from the library, with its event and what corrections taught from it. Its embeddings are deleted with the bytes.
 * Run it in `inLogOrder`; after the commit call `removeUnusedBlobs`, `removeUnusedCrops` and `hints.eventsWritten()`.
 * @returns the reason if it was not deleted.
 */
export async function deleteImage(
  trx: Transaction<DB>,
  organizationId: string,
  id: string,
): Promise<Deletion | 'missing' | 'catalogue picture'> {
  const image = await lockImage(trx, organizationId, id);
  if (!image) return 'missing';
  // Its indexing may have ended while this waited, and INDEXED would then come after the deletion.
  if (image.written_later) throw new OutOfOrderError('image');
  if (await isCatalogPicture(trx, organizationId, id)) return 'catalogue picture';
  await endOpenAnalyses(trx, organizationId, id);
  await letTaughtGo(trx, organizationId, id);
  const analysesKept = await unlinkAnalyses(trx, organizationId, id);
  await removeImage(trx, organizationId, image);
  return { sha256: image.sha256, analysesKept };
}
