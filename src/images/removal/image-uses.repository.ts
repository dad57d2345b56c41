import { sql, type Transaction } from 'kysely';
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

/** Detaches analyses from their picture; they stay, without what was read from it. @returns how many. */
export async function unlinkAnalyses(trx: Transaction<DB>, organizationId: string, id: string): Promise<number> {
  await removeReadings(trx, organizationId, id);
  const { numUpdatedRows } = await trx
    .updateTable('analysis')
    .set({ image_id: null })
    .where('organization_id', '=', organizationId)
    .where('image_id', '=', id)
    .executeTakeFirst();
  return Number(numUpdatedRows);
}

/** What was read may name people, so it goes with the picture; a detection that was named by its code keeps its name. */
async function removeReadings(trx: Transaction<DB>, organizationId: string, imageId: string): Promise<void> {
  await sql`
    update analysis_result result set texts = null, codes = null, prices = null from analysis
    where analysis.organization_id = ${organizationId} and analysis.image_id = ${imageId}
      and result.organization_id = analysis.organization_id and result.analysis_id = analysis.id
      and (result.texts is not null or result.codes is not null)`.execute(trx);
}
