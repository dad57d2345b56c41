import { type Kysely, sql, type Transaction } from 'kysely';
import { bumpCatalogRevision } from '../catalog/catalog.repository.ts';
import type { DB } from '../database/types.generated.ts';
import type { BoxNumbers } from '../recognition/rounding.ts';

/** A correction that is to teach, with the picture that its crop is cut from. */
export interface TeachingCorrection {
  id: string;
  /** null: it is a counter-example. */
  catalogItemId: string | null;
  /** Lower-case hex. */
  sha256: string;
  /** Pixels of the oriented picture. */
  box: BoxNumbers;
}

/** Those of these corrections that are there, APPLIED, and have taught nothing yet, while their pictures are there. */
export async function findTeaching(
  db: Kysely<DB>,
  organizationId: string,
  correctionIds: readonly string[],
): Promise<TeachingCorrection[]> {
  const { rows } = await sql<TeachingCorrection>`
    select c.id, c.catalog_item_id as "catalogItemId", encode(image.sha256, 'hex') as sha256, coalesce(c.changed_box, c.box) as box
    from correction c
    join analysis a on a.organization_id = c.organization_id and a.id = c.analysis_id
    join image on image.organization_id = a.organization_id and image.id = a.image_id
    where c.organization_id = ${organizationId} and c.id = any(${[...correctionIds]}::uuid[])
      and c.status = 'APPLIED' and image.sha256 is not null
      and not exists (
        select from catalog_image t where t.organization_id = c.organization_id and t.correction_id = c.id)
      and not exists (
        select from counter_example t where t.organization_id = c.organization_id and t.correction_id = c.id)
    order by c.id`.execute(db);
  return rows;
}

/** Those of these corrections that are still there, locked against their removal until the end of the transaction. */
export async function lockCorrections(
  trx: Transaction<DB>,
  organizationId: string,
  ids: readonly string[],
): Promise<Set<string>> {
  const { rows } = await sql<{ id: string }>`
    select id from correction
    where organization_id = ${organizationId} and id = any(${[...ids]}::uuid[]) order by id for key share`.execute(trx);
  return new Set(rows.map(({ id }) => id));
}

/** A stored crop. */
export interface TaughtCrop {
  correctionId: string;
  imageId: string;
}

/** Makes crops the pictures of items, or counter-examples, as their corrections say. */
export async function insertTaught(
  trx: Transaction<DB>,
  organizationId: string,
  crops: readonly TaughtCrop[],
): Promise<void> {
  const json = JSON.stringify(crops);
  const crop = sql`json_to_recordset(${json}::json) as crop("correctionId" uuid, "imageId" uuid)`;
  await sql`
    update image set is_crop = true from ${crop}
    where image.organization_id = ${organizationId} and image.id = crop."imageId"`.execute(trx);
  await sql`
    insert into catalog_image (organization_id, catalog_item_id, image_id, correction_id, taught_at)
    select c.organization_id, c.catalog_item_id, crop."imageId", c.id, now()
    from ${crop} join correction c on c.organization_id = ${organizationId} and c.id = crop."correctionId"
    where c.verdict = 'ITEM'`.execute(trx);
  await sql`
    insert into counter_example (organization_id, image_id, correction_id, task_id, items_before)
    select c.organization_id, crop."imageId", c.id, a.task_id, case when c.verdict = 'UNKNOWN' then c.id end
    from ${crop} join correction c on c.organization_id = ${organizationId} and c.id = crop."correctionId"
    join analysis a on a.organization_id = c.organization_id and a.id = c.analysis_id
    where c.verdict <> 'ITEM'`.execute(trx);
}

/** The items with the revisions of their pictures, for the jobs that index them. */
export async function findRevisions(trx: Transaction<DB>, organizationId: string, itemIds: readonly string[]) {
  return trx
    .selectFrom('catalog_item')
    .where('organization_id', '=', organizationId)
    .where('id', '=', sql<string>`any(${[...itemIds]}::uuid[])`)
    .where('status', 'in', ['INDEXING', 'ACTIVE'])
    .select(['id', 'revision'])
    .execute();
}

/**
 * Removes what corrections taught, when they are taken back or replaced by others. Call it in the transaction that removes them,
 * before; after the commit call `removeUnusedCrops`.
 */
export async function forgetTaught(
  trx: Transaction<DB>,
  organizationId: string,
  correctionIds: readonly string[],
): Promise<void> {
  if (correctionIds.length === 0) return;
  let forgotten = 0n;
  for (const table of ['catalog_image', 'counter_example'] as const) {
    const { numDeletedRows } = await trx
      .deleteFrom(table)
      .where('organization_id', '=', organizationId)
      .where('correction_id', '=', sql<string>`any(${[...correctionIds]}::uuid[])`)
      .executeTakeFirst();
    forgotten += numDeletedRows;
  }
  if (forgotten > 0n) await bumpCatalogRevision(trx, organizationId);
}
