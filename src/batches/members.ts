import type { Transaction } from 'kysely';
import { batchStatus } from '../analyses/batch-status.ts';
import type { DB } from '../database/types.generated.ts';
import type { Member } from '../events/stream.ts';
import { type BatchRow, findBatches } from './batches.repository.ts';

/** The states of batches when streams about them begin, each under its own id; none for a batch that does not exist. */
export async function readBatchMembers(
  trx: Transaction<DB>,
  organizationId: string,
  batchIds: readonly string[],
): Promise<Map<string, Member<'BATCH'>[]>> {
  const rows = await findBatches(trx, organizationId, batchIds);
  return new Map(rows.map((row) => [row.id, [toMember(row)]]));
}

function toMember(row: BatchRow): Member<'BATCH'> {
  const status = batchStatus(row);
  return {
    entityId: row.id,
    settled: status === 'COMPLETED',
    state: { status },
    at: row.finished_at ?? row.created_at,
  };
}
