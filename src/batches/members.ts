import type { Transaction } from 'kysely';
import { batchStatus } from '../analyses/batch-status.ts';
import type { DB } from '../database/types.generated.ts';
import { findBatches } from './batches.repository.ts';

/** The state of a batch when a stream about it begins; nothing if the batch does not exist. */
export async function readBatchMember(trx: Transaction<DB>, organizationId: string, batchId: string) {
  const rows = await findBatches(trx, organizationId, [batchId]);
  return rows.map((row) => ({
    entityId: row.id,
    settled: batchStatus(row) === 'COMPLETED',
    state: { status: batchStatus(row) },
    at: row.finished_at ?? row.created_at,
  }));
}
