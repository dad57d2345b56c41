import { type Kysely, sql } from 'kysely';
import type { DB } from '../database/types.generated.ts';

/** A picture of a catalogue item, or a counter-example. */
export interface ItemPicture {
  /** null: it is a counter-example. */
  itemId: string | null;
  pictureId: string;
}

/**
 * The local features of catalogue pictures and counter-examples of an organisation; pictures of other organisations, and those without features, are
 * left out.
 * @param model name@version
 */
export async function loadItemFeatures(
  db: Kysely<DB>,
  organizationId: string,
  model: string,
  pictures: readonly ItemPicture[],
): Promise<{ pictureId: string; features: Buffer }[]> {
  const ofItems = pictures.filter(({ itemId }) => itemId !== null);
  const itemIds = ofItems.map(({ itemId }) => itemId);
  const pictureIds = ofItems.map(({ pictureId }) => pictureId);
  const counterExamples = pictures.filter(({ itemId }) => itemId === null).map(({ pictureId }) => pictureId);
  const { rows } = await sql<{ pictureId: string; features: Buffer }>`
    select f.image_id as "pictureId", f.features
    from catalog_features f
    join unnest(${itemIds}::uuid[], ${pictureIds}::uuid[]) as wanted(item, picture)
      on wanted.item = f.catalog_item_id and wanted.picture = f.image_id
    where f.organization_id = ${organizationId} and f.model = ${model}
    union all
    select d.image_id, d.description from counter_example_description d
    where d.organization_id = ${organizationId} and d.model = ${model}
      and d.image_id = any(${counterExamples}::uuid[])`.execute(db);
  return rows;
}
