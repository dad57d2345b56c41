import { type Kysely, sql, type Transaction } from 'kysely';
import { openStatuses } from '../../analyses/life.ts';
import type { DB } from '../../database/types.generated.ts';
import type { BlobKey } from '../../storage/blob-store.ts';

/** Open analyses of an image, or of another one with the same bytes. */
const isAwaited = sql<boolean>`exists (
  select from image twin
  join analysis a on a.organization_id = twin.organization_id and a.image_id = twin.id
  where twin.organization_id = image.organization_id and twin.sha256 = image.sha256
    and a.status = any(${openStatuses}::text[]))`;

/** Images whose originals can go: no analysis needs them any more. */
export async function listRemovableOriginals(
  db: Kysely<DB>,
  limit: number,
): Promise<{ organizationId: string; imageId: string }[]> {
  const { rows } = await sql<{ organizationId: string; imageId: string }>`
    select image.organization_id as "organizationId", image.id as "imageId"
    from original_removal r
    join image on image.organization_id = r.organization_id and image.id = r.image_id and image.status = 'READY'
    where not ${isAwaited}
    order by image.id limit ${limit}`.execute(db);
  return rows;
}

/** Locks the images with these bytes, so that no analysis of them is added. @returns false: one is open. */
export async function lockUnawaited(trx: Transaction<DB>, { organizationId, sha256 }: BlobKey): Promise<boolean> {
  const hash = Buffer.from(sha256, 'hex');
  await trx
    .selectFrom('image')
    .select('id')
    .where('organization_id', '=', organizationId)
    .where('sha256', '=', hash)
    .orderBy('id')
    .forUpdate()
    .execute();
  // A separate statement, so that it sees what was committed while this waited for the locks.
  const { rows } = await sql<{ isAwaited: boolean }>`
    select coalesce(bool_or(${isAwaited}), false) as "isAwaited" from image
    where image.organization_id = ${organizationId} and image.sha256 = ${hash}`.execute(trx);
  return !rows[0]!.isAwaited;
}

/**
 * Gives all images with these bytes other bytes, which are stored: those in which people are hidden. What is known about the picture stays:
 * what its EXIF data says, but for a position that no task returns, and its embeddings.
 */
export async function replaceOriginal(
  trx: Transaction<DB>,
  { organizationId, sha256 }: BlobKey,
  other: { sha256: string; hidden: 'HEADS' | 'BODIES' },
): Promise<void> {
  const [from, to] = [Buffer.from(sha256, 'hex'), Buffer.from(other.sha256, 'hex')];
  await sql`
    update blob set
      hidden_people = ${other.hidden},
      photo = original.photo,
      position = case when exists (
        select from image where image.organization_id = ${organizationId} and image.sha256 = ${from} and shows_position
      ) then original.position end
    from blob original
    where original.organization_id = ${organizationId} and original.sha256 = ${from}
      and blob.organization_id = ${organizationId} and blob.sha256 = ${to}`.execute(trx);
  await sql`
    insert into blob_embedding (organization_id, sha256, model, embedding, failure_code, failure_message, failure_retryable)
    select organization_id, ${to}, model, embedding, failure_code, failure_message, failure_retryable
    from blob_embedding where organization_id = ${organizationId} and sha256 = ${from}
    on conflict do nothing`.execute(trx);
  await forgetRemovals(trx, { organizationId, sha256 });
  await trx
    .updateTable('image')
    .set({ sha256: to })
    .where('organization_id', '=', organizationId)
    .where('sha256', '=', from)
    .execute();
}

/** Nothing of the images with these bytes is to be removed (any more). */
export async function forgetRemovals(db: Kysely<DB>, { organizationId, sha256 }: BlobKey): Promise<void> {
  await sql`
    delete from original_removal r using image
    where r.organization_id = ${organizationId} and image.organization_id = ${organizationId}
      and image.id = r.image_id and image.sha256 = ${Buffer.from(sha256, 'hex')}`.execute(db);
}
