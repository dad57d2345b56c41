import { type Kysely, sql, type Transaction } from 'kysely';
import type { DB } from '../database/types.generated.ts';

/** The ids of an item's pictures, the thumbnail first, without those that corrections taught. */
export async function findPictures(trx: Transaction<DB>, organizationId: string, itemId: string): Promise<string[]> {
  const rows = await trx
    .selectFrom('catalog_image')
    .where('organization_id', '=', organizationId)
    .where('catalog_item_id', '=', itemId)
    .where('position', 'is not', null)
    .select('image_id')
    .orderBy('position')
    .execute();
  return rows.map((row) => row.image_id);
}

/** A picture of an item. */
export interface ItemPictureRow {
  itemId: string;
  imageId: string;
  /** null: it is one of the catalogue. */
  taughtAt: Date | null;
  /** null: none taught it, or it is deleted. */
  correctionId: string | null;
}

/** The pictures of items: the thumbnail, the reference images, then those that corrections taught, the oldest first. */
export async function findItemPictures(
  db: Kysely<DB>,
  organizationId: string,
  itemIds: readonly string[],
): Promise<ItemPictureRow[]> {
  return db
    .selectFrom('catalog_image')
    .where('organization_id', '=', organizationId)
    .where('catalog_item_id', '=', sql<string>`any(${[...itemIds]}::uuid[])`)
    .select(['catalog_item_id as itemId', 'image_id as imageId'])
    .select(['taught_at as taughtAt', 'correction_id as correctionId'])
    .orderBy('catalog_item_id')
    .orderBy('position')
    .orderBy('image_id')
    .execute();
}

/** Of these pictures, those that corrections taught the item; they are its no more. */
export async function removeTaughtPictures(
  trx: Transaction<DB>,
  organizationId: string,
  itemId: string,
  imageIds: readonly string[],
): Promise<string[]> {
  const rows = await trx
    .deleteFrom('catalog_image')
    .where('organization_id', '=', organizationId)
    .where('catalog_item_id', '=', itemId)
    .where('taught_at', 'is not', null)
    .where('image_id', '=', sql<string>`any(${[...imageIds]}::uuid[])`)
    .returning('image_id')
    .execute();
  return rows.map((row) => row.image_id);
}

/**
 * Sets the item's pictures, the thumbnail first. Those that it already had keep their embeddings, and those that corrections taught
 * stay beside them.
 */
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
    .where('position', 'is not', null)
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
      conflict
        .columns(['catalog_item_id', 'image_id'])
        // One that was taught becomes one of the item's own.
        .doUpdateSet({ position: sql.ref('excluded.position'), taught_at: null, correction_id: null }),
    )
    .execute();
}
