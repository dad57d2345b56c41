import { type Selectable, sql, type Transaction } from 'kysely';
import type { DB } from '../database/types.generated.ts';
import { writtenLater } from '../events/order.ts';
import { type Failure, failureColumns } from '../shared/failure.ts';

/** What a picture's bytes have added to its image. */
export interface ArrivedBytes {
  /** Lower-case hex; its blob must be stored. */
  sha256: string;
  /** From EXIF; what the client said counts before. */
  recordedAt: Date | null;
}

export async function setImageReady(
  trx: Transaction<DB>,
  organizationId: string,
  id: string,
  { sha256, recordedAt }: ArrivedBytes,
): Promise<void> {
  await trx
    .updateTable('image')
    .set({
      status: 'READY',
      sha256: Buffer.from(sha256, 'hex'),
      recorded_at: sql`coalesce(recorded_at, ${recordedAt}::timestamptz)`,
    })
    .where('organization_id', '=', organizationId)
    .where('id', '=', id)
    .execute();
}

/** What was to be searchable cannot be, until bytes are awaited once more. */
export async function setImageFailed(
  trx: Transaction<DB>,
  organizationId: string,
  id: string,
  failure: Failure,
): Promise<void> {
  await trx
    .updateTable('image')
    .set({
      status: 'FAILED',
      indexing_status: sql<IndexingStatus>`case when indexing_status = 'INDEXING' then 'FAILED' else indexing_status end`,
      ...failureColumns(failure),
    })
    .where('organization_id', '=', organizationId)
    .where('id', '=', id)
    .execute();
}

type IndexingStatus = Selectable<DB['image']>['indexing_status'];

const indexedAgain = sql<IndexingStatus>`case when indexing_status = 'FAILED' then 'INDEXING' else indexing_status end`;

/** Bytes are awaited once more of an image that FAILED because none came. */
export async function setImageAwaited(trx: Transaction<DB>, organizationId: string, id: string): Promise<void> {
  await trx
    .updateTable('image')
    .set({ status: 'AWAITING_UPLOAD', indexing_status: indexedAgain, ...failureColumns(null) })
    .where('organization_id', '=', organizationId)
    .where('id', '=', id)
    .execute();
}

/** Those of the images that could not be fetched and might be now, locked in id order. */
export function lockFailedFetches(trx: Transaction<DB>, organizationId: string, ids: readonly string[]) {
  return trx
    .selectFrom('image')
    .where('organization_id', '=', organizationId)
    .where('id', '=', sql<string>`any(${[...ids]}::uuid[])`)
    .where('status', '=', 'FAILED')
    .where('failure_retryable', '=', true)
    .where('source_url', 'is not', null)
    .select(['id', 'source_url', 'in_library', 'indexing_status', writtenLater('image').as('written_later')])
    .orderBy('id')
    .forUpdate()
    .execute();
}

export async function setImagesFetching(
  trx: Transaction<DB>,
  organizationId: string,
  ids: readonly string[],
): Promise<void> {
  await trx
    .updateTable('image')
    .set({ status: 'FETCHING', indexing_status: indexedAgain, ...failureColumns(null) })
    .where('organization_id', '=', organizationId)
    .where('id', '=', sql<string>`any(${[...ids]}::uuid[])`)
    .execute();
}
