import type { Transaction } from 'kysely';
import type { DB } from '../../database/types.generated.ts';

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

/** Detaches analyses from their picture; they stay, without the text that was read from it. @returns how many. */
export async function unlinkAnalyses(trx: Transaction<DB>, organizationId: string, id: string): Promise<number> {
  await trx
    .updateTable('analysis_result')
    .set({ texts: null })
    .where('organization_id', '=', organizationId)
    .where('analysis_id', 'in', (eb) =>
      eb
        .selectFrom('analysis')
        .where('organization_id', '=', organizationId)
        .where('image_id', '=', id)
        .select('analysis.id'),
    )
    .where('texts', 'is not', null)
    .execute();
  const { numUpdatedRows } = await trx
    .updateTable('analysis')
    .set({ image_id: null })
    .where('organization_id', '=', organizationId)
    .where('image_id', '=', id)
    .executeTakeFirst();
  return Number(numUpdatedRows);
}
