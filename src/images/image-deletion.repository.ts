import { sql, type Transaction } from 'kysely';
import type { DB } from '../database/types.generated.ts';
import { writtenLater } from '../events/order.ts';

/**
 * Locks an image against new references (their foreign keys wait); undefined when it is not there. Its upload, which goes
 * with it, is locked before, as by whoever brings the bytes.
 */
export async function lockImage(trx: Transaction<DB>, organizationId: string, id: string) {
  await trx
    .selectFrom('upload')
    .where('organization_id', '=', organizationId)
    .where('image_id', '=', id)
    .select('id')
    .forUpdate()
    .execute();
  return trx
    .selectFrom('image')
    .where('organization_id', '=', organizationId)
    .where('id', '=', id)
    .select(['status', 'indexing_status', 'in_library', sql<string | null>`encode(sha256, 'hex')`.as('sha256')])
    .select(writtenLater('image').as('written_later'))
    .forUpdate()
    .executeTakeFirst();
}

export async function isCatalogPicture(trx: Transaction<DB>, organizationId: string, id: string): Promise<boolean> {
  const use = await trx
    .selectFrom('catalog_image')
    .where('organization_id', '=', organizationId)
    .where('image_id', '=', id)
    .select('catalog_item_id')
    .limit(1)
    .executeTakeFirst();
  return use !== undefined;
}

export async function isAnalyzed(trx: Transaction<DB>, organizationId: string, id: string): Promise<boolean> {
  const use = await trx
    .selectFrom('analysis')
    .where('organization_id', '=', organizationId)
    .where('image_id', '=', id)
    .select('id')
    .limit(1)
    .executeTakeFirst();
  return use !== undefined;
}

/** Analyses stay without their picture. @returns how many. */
export async function unlinkAnalyses(trx: Transaction<DB>, organizationId: string, id: string): Promise<number> {
  const { numUpdatedRows } = await trx
    .updateTable('analysis')
    .set({ image_id: null })
    .where('organization_id', '=', organizationId)
    .where('image_id', '=', id)
    .executeTakeFirst();
  return Number(numUpdatedRows);
}

export async function removeImageRow(trx: Transaction<DB>, organizationId: string, id: string): Promise<void> {
  await trx.deleteFrom('image').where('organization_id', '=', organizationId).where('id', '=', id).execute();
}
