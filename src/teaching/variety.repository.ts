import { sql, type Transaction } from 'kysely';
import { bumpCatalogRevision } from '../catalog/catalog.repository.ts';
import type { DB } from '../database/types.generated.ts';

/** A crop as one embedder sees it. */
export interface SeenCrop {
  imageId: string;
  embedding: Buffer;
}

/** What an item was taught, the oldest first. Each crop by the embedder that described most of them. */
export async function listTaught(trx: Transaction<DB>, organizationId: string, itemId: string): Promise<SeenCrop[]> {
  const { rows } = await sql<SeenCrop>`
    with seen as (
      select e.image_id, e.model, e.embedding, count(*) over (partition by e.model) as crops
      from catalog_image c join catalog_embedding e
        on e.organization_id = c.organization_id and e.catalog_item_id = c.catalog_item_id and e.image_id = c.image_id
      where c.organization_id = ${organizationId} and c.catalog_item_id = ${itemId} and c.taught_at is not null)
    select image_id as "imageId", embedding from seen
    where model = (select model from seen order by crops desc, model limit 1)
    order by image_id`.execute(trx);
  return rows;
}

/** Counter-examples of an organisation in the same form. @param embedders name@version */
export async function listSeenCounterExamples(
  trx: Transaction<DB>,
  organizationId: string,
  embedders: readonly string[],
): Promise<SeenCrop[]> {
  const { rows } = await sql<SeenCrop>`
    with seen as (
      select d.image_id, d.model, d.description, count(*) over (partition by d.model) as crops
      from counter_example_description d
      where d.organization_id = ${organizationId} and d.model = any(${[...embedders]}::text[]))
    select image_id as "imageId", description as embedding from seen
    where model = (select model from seen order by crops desc, model limit 1)
    order by image_id`.execute(trx);
  return rows;
}

/** Takes crops out of what is taught. After the commit call `removeUnusedCrops`. */
export async function dropTaught(
  trx: Transaction<DB>,
  organizationId: string,
  table: 'catalog_image' | 'counter_example',
  imageIds: readonly string[],
): Promise<void> {
  if (imageIds.length === 0) return;
  await trx
    .deleteFrom(table)
    .where('organization_id', '=', organizationId)
    .where('taught_at', 'is not', null)
    .where('image_id', '=', sql<string>`any(${[...imageIds]}::uuid[])`)
    .execute();
  await bumpCatalogRevision(trx, organizationId);
}
