import type { Kysely } from 'kysely';
import type { DB } from '../../database/types.generated.ts';
import type { Logger } from '../../log.ts';
import { type BlobStore, StoreUnavailableError } from '../../storage/blob-store.ts';
import { removeUnusedBlobs } from './blobs.repository.ts';

/**
 * `removeUnusedBlobs` for callers whose work is done: the images are deleted, and if their bytes cannot be removed at the moment,
 * that is not a failure of the request. The hourly cleaning removes unused blobs from before yesterday.
 */
export async function removeBytes(
  { db, blobs, logger }: { db: Kysely<DB>; blobs: BlobStore; logger: Logger },
  organizationId: string,
  hashes: readonly string[],
): Promise<void> {
  try {
    await removeUnusedBlobs(db, blobs, organizationId, hashes);
  } catch (error) {
    if (!(error instanceof StoreUnavailableError)) throw error;
    logger.warn({ err: error, organizationId }, 'Unused bytes could not be removed. They stay until tomorrow.');
  }
}
