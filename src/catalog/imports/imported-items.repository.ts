import { sql, type Transaction } from 'kysely';
import type { DB } from '../../database/types.generated.ts';
import type { ImportedPicture } from './row.ts';

/** An item's pictures, the thumbnail first, without those that corrections taught. */
export async function findCurrentPictures(trx: Transaction<DB>, organizationId: string, itemId: string) {
  const { rows } = await sql<ImportedPicture>`
    select image.id as "imageId", encode(image.sha256, 'hex') as sha256, image.source_url as url
    from catalog_image ci join image on image.organization_id = ci.organization_id and image.id = ci.image_id
    where ci.organization_id = ${organizationId} and ci.catalog_item_id = ${itemId} and ci.position is not null
    order by ci.position`.execute(trx);
  return rows;
}

/** The item that a row is about. */
export type CurrentItem = NonNullable<Awaited<ReturnType<typeof lockItem>>>;

/** The item with this customId, locked; undefined: there is none that is not archived. */
export function lockItem(trx: Transaction<DB>, organizationId: string, customId: string) {
  return trx
    .selectFrom('catalog_item')
    .selectAll()
    .where('organization_id', '=', organizationId)
    .where('custom_id', '=', customId)
    .where('status', '<>', 'ARCHIVED')
    .forUpdate()
    .executeTakeFirst();
}
