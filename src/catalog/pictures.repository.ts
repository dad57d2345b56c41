import { sql, type Transaction } from 'kysely';
import type { DB } from '../database/types.generated.ts';

/** The ids of an item's pictures, the thumbnail first. */
export async function findPictures(trx: Transaction<DB>, organizationId: string, itemId: string): Promise<string[]> {
  const rows = await trx
    .selectFrom('catalog_image')
    .where('organization_id', '=', organizationId)
    .where('catalog_item_id', '=', itemId)
    .select('image_id')
    .orderBy('position')
    .execute();
  return rows.map((row) => row.image_id);
}

/** Sets the item's pictures, the thumbnail first. Those that it already had keep their embeddings. */
export async function setPictures(
  trx: Transaction<DB>,
  organizationId: string,
  itemId: string,
  imageIds: readonly string[],
): Promise<void> {
  await trx
    .deleteFrom('catalog_image')
    .where('organization_id', '=', organizationId)
    .where('catalog_item_id', '=', itemId)
    .where('image_id', '<>', sql<string>`all(${imageIds}::uuid[])`)
    .execute();
  await trx
    .insertInto('catalog_image')
    .values(
      imageIds.map((imageId, position) => ({
        organization_id: organizationId,
        catalog_item_id: itemId,
        image_id: imageId,
        position,
      })),
    )
    .onConflict((conflict) =>
      conflict.columns(['catalog_item_id', 'image_id']).doUpdateSet({ position: sql.ref('excluded.position') }),
    )
    .execute();
}
