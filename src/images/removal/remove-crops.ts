import type { Kysely } from 'kysely';
import type { DB } from '../../database/types.generated.ts';
import type { Logger } from '../../log.ts';
import type { BlobStore } from '../../storage/blob-store.ts';
import { removeBytes } from '../bytes/remove-bytes.ts';
import { listUnusedCrops } from './crops.repository.ts';
import { removeUnlistedImages } from './remove-unlisted.ts';

const mostAtOnce = 500;

/**
 * Removes the crops of an organisation that teach nothing any more, with their bytes. Call it after the commit of whatever may have
 * left some: a picture or a correction was deleted. If the process dies before, the hourly cleaning removes them.
 * @returns how many.
 */
export async function removeUnusedCrops(
  app: { db: Kysely<DB>; blobs: BlobStore; logger: Logger },
  organizationId: string,
): Promise<number> {
  const ids = await listUnusedCrops(app.db, organizationId, mostAtOnce);
  if (ids.length === 0) return 0;
  const hashes = await app.db.transaction().execute((trx) => removeUnlistedImages(trx, organizationId, ids));
  await removeBytes(app, organizationId, hashes);
  return ids.length;
}
