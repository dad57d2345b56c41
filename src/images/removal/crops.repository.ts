import { type Kysely, sql, type Transaction } from 'kysely';
import type { DB } from '../../database/types.generated.ts';

const isUnused = sql<boolean>`image.is_crop and not image.in_library
  and not exists (
    select from catalog_image c where c.organization_id = image.organization_id and c.image_id = image.id)
  and not exists (
    select from counter_example c where c.organization_id = image.organization_id and c.image_id = image.id)`;

/** Crops that teach nothing any more. */
export async function listUnusedCrops(db: Kysely<DB>, organizationId: string, limit: number): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select id from image where organization_id = ${organizationId} and ${isUnused} order by id limit ${limit}`.execute(
    db,
  );
  return rows.map(({ id }) => id);
}

/** Organisations that have some. */
export async function listWithUnusedCrops(db: Kysely<DB>): Promise<string[]> {
  const { rows } = await sql<{ organizationId: string }>`
    select distinct organization_id as "organizationId" from image where ${isUnused}`.execute(db);
  return rows.map(({ organizationId }) => organizationId);
}

/**
 * Removes what corrections taught from an image, unless the organisation lets it stay (reference_days). Call it when the image is
 * about to be deleted, before its analyses are detached; after the commit call `removeUnusedCrops`.
 */
export async function letTaughtGo(trx: Transaction<DB>, organizationId: string, imageId: string): Promise<void> {
  await sql`
    with going as (
      select c.id from analysis a
      join correction c on c.organization_id = a.organization_id and c.analysis_id = a.id
      where a.organization_id = ${organizationId} and a.image_id = ${imageId}
        and exists (select from organization o where o.id = ${organizationId} and o.reference_days is null)),
    pictures as (
      delete from catalog_image t using going
      where t.organization_id = ${organizationId} and t.correction_id = going.id returning t.image_id),
    counter_examples as (
      delete from counter_example t using going
      where t.organization_id = ${organizationId} and t.correction_id = going.id returning t.image_id)
    update organization set catalog_revision = catalog_revision + 1
    where id = ${organizationId} and (exists (select from pictures) or exists (select from counter_examples))`.execute(
    trx,
  );
}
