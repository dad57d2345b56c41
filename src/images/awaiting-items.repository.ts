import type { Transaction } from 'kysely';
import type { DB } from '../database/types.generated.ts';
import { indexCatalogItemJob } from '../jobs/definitions.ts';
import { addJobs } from '../jobs/jobs.repository.ts';

/**
 * An item whose pictures have not all arrived stays INDEXING, and its job ends. When one of its pictures has arrived or failed,
 * this adds the job again.
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
    indexCatalogItemJob,
    items.map(({ id, revision }) => ({
      payload: { organizationId, catalogItemId: id, revision },
      isExtra: true,
    })),
  );
}
