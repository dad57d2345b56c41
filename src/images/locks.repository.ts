import { sql, type Transaction } from 'kysely';
import type { DB } from '../database/types.generated.ts';
import { writtenLater } from '../events/order.ts';
import type { FailureColumns } from '../shared/failure.ts';
import type { ImageStatus, IndexingStatus } from './life.ts';

/**
 * Locks an image against new references (their foreign keys wait); undefined if it does not exist. Its upload, which is deleted
 * with it, is locked before, as when bytes arrive.
 */
export async function lockImage(trx: Transaction<DB>, organizationId: string, id: string) {
  await trx
    .selectFrom('upload')
    .where('organization_id', '=', organizationId)
    .where('image_id', '=', id)
    .select('id')
    .forUpdate()
    .execute();
  return trx
    .selectFrom('image')
    .where('organization_id', '=', organizationId)
    .where('id', '=', id)
    .select(['id', 'status', 'indexing_status', 'in_library', 'failure_message', 'failure_retryable'])
    .select(sql<string | null>`encode(sha256, 'hex')`.as('sha256'))
    .select(writtenLater('image').as('written_later'))
    .forUpdate()
    .executeTakeFirst();
}

/** Those of the images that could not be fetched but might be now, locked in the order of ids. */
export function lockFailedFetches(trx: Transaction<DB>, organizationId: string, ids: readonly string[]) {
  return trx
    .selectFrom('image')
    .where('organization_id', '=', organizationId)
    .where('id', '=', sql<string>`any(${[...ids]}::uuid[])`)
    .where('status', '=', 'FAILED')
    .where('failure_retryable', '=', true)
    .where('source_url', 'is not', null)
    .select(['id', 'status', 'source_url', 'in_library', 'indexing_status'])
    .select(writtenLater('image').as('written_later'))
    .orderBy('id')
    .forUpdate()
    .execute();
}

/** The states of images whose bytes are still arriving, locked until the end of the transaction, so that nothing arrives meanwhile. */
export function lockImageStatuses(
  trx: Transaction<DB>,
  organizationId: string,
  ids: readonly string[],
): Promise<(FailureColumns & { id: string; status: ImageStatus })[]> {
  return trx
    .selectFrom('image')
    .where('organization_id', '=', organizationId)
    .where('id', '=', sql<string>`any(${[...ids]}::uuid[])`)
    .select(['id', 'status', 'failure_code', 'failure_message', 'failure_retryable'])
    .orderBy('id')
    .forShare()
    .execute();
}

/**
 * Of images to be made searchable, those that are READY and not locked by others. Rows written by a transaction with a larger id
 * are excluded, because their events would be in the wrong order, see events/order.ts.
 */
export async function lockForIndexing(trx: Transaction<DB>, ids: string[]): Promise<Map<string, IndexingStatus>> {
  const { rows } = await sql<{ id: string; indexing_status: IndexingStatus }>`
    select image.id, image.indexing_status from image
    where image.id = any(${ids}::uuid[]) and image.status = 'READY' and image.indexing_status <> 'NOT_INDEXED'
      and age(image.xmin) >= 0
    order by image.id for no key update skip locked`.execute(trx);
  return new Map(rows.map((row) => [row.id, row.indexing_status]));
}
