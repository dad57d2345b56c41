import type { Transaction } from 'kysely';
import { addJobs } from '../database/jobs.ts';
import type { DB } from '../database/types.generated.ts';

/**
 * An item whose pictures are still on their way stays INDEXING, and its job leaves off. Here one of its pictures has come, or
 * failed: the job is added again.
 */
export async function resumeIndexing(trx: Transaction<DB>, organizationId: string, imageId: string): Promise<void> {
  const items = await trx
    .selectFrom('catalog_image')
    .innerJoin('catalog_item', (join) =>
      join
        .onRef('catalog_item.organization_id', '=', 'catalog_image.organization_id')
        .onRef('catalog_item.id', '=', 'catalog_image.catalog_item_id'),
    )
    .where('catalog_image.organization_id', '=', organizationId)
    .where('catalog_image.image_id', '=', imageId)
    .where('catalog_item.status', '=', 'INDEXING')
    .select(['catalog_item.id', 'catalog_item.revision'])
    .execute();
  await addJobs(
    trx,
    items.map(({ id, revision }) => ({
      identifier: 'index_catalog_item',
      payload: { organizationId, catalogItemId: id, revision },
    })),
  );
}
