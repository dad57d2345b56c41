import type { Kysely } from 'kysely';
import type { DB } from '../database/types.generated.ts';
import { removeUnusedCrops } from '../images/removal/remove-crops.ts';
import { toFloats } from '../library/embedding-bytes.ts';
import type { Logger } from '../log.ts';
import { chooseVaried } from '../recognition/variety.ts';
import type { BlobStore } from '../storage/blob-store.ts';
import { mostCounterExamples, mostTaught } from './limits.ts';
import { dropTaught, listSeenCounterExamples, listTaught, type SeenCrop } from './variety.repository.ts';

interface TrimResources {
  db: Kysely<DB>;
  blobs: BlobStore;
  logger: Logger;
}

/** Removes what an item was taught beyond `mostTaught`, so that what stays differs most. Call it when its crops are described. */
export async function trimTaught(
  app: TrimResources,
  { organizationId, catalogItemId }: { organizationId: string; catalogItemId: string },
): Promise<void> {
  const dropped = await app.db.transaction().execute(async (trx) => {
    const superfluous = findSuperfluous(await listTaught(trx, organizationId, catalogItemId), mostTaught);
    await dropTaught(trx, organizationId, 'catalog_image', superfluous);
    return superfluous.length;
  });
  if (dropped > 0) await removeUnusedCrops(app, organizationId);
}

/** The same for the counter-examples of an organisation. @param embedders name@version */
export async function trimCounterExamples(
  app: TrimResources,
  organizationId: string,
  embedders: readonly string[],
): Promise<void> {
  const dropped = await app.db.transaction().execute(async (trx) => {
    const seen = await listSeenCounterExamples(trx, organizationId, embedders);
    const superfluous = findSuperfluous(seen, mostCounterExamples);
    await dropTaught(trx, organizationId, 'counter_example', superfluous);
    return superfluous.length;
  });
  if (dropped > 0) await removeUnusedCrops(app, organizationId);
}

function findSuperfluous(crops: readonly SeenCrop[], most: number): string[] {
  if (crops.length <= most) return [];
  const kept = new Set(
    chooseVaried(
      crops.map(({ embedding }) => toFloats(embedding)),
      most,
    ),
  );
  return crops.filter((_, index) => !kept.has(index)).map(({ imageId }) => imageId);
}
