import { sql, type Transaction } from 'kysely';
import type { DB } from '../database/types.generated.ts';
import type { NewEvent } from '../events/event.ts';
import { type BatchCounts, batchStatus } from './batch-status.ts';
import { batchCounters, type TerminalStatus } from './life.ts';

/** An analysis that has ended, and the batches that count it. */
export interface EndedAnalysis {
  status: TerminalStatus;
  batchIds: readonly string[];
}

type Increments = Record<(typeof batchCounters)[TerminalStatus], number>;

/**
 * Adds ended analyses to the counters of their batches, and finishes batches that are complete.
 * @returns the events to append, one per batch.
 */
export async function countEnded(trx: Transaction<DB>, ended: readonly EndedAnalysis[]): Promise<NewEvent[]> {
  const byBatch = new Map<string, Increments>();
  for (const { status, batchIds } of ended) {
    for (const batchId of batchIds) {
      const increments = byBatch.get(batchId) ?? { completed: 0, failed: 0, canceled: 0, expired: 0 };
      increments[batchCounters[status]] += 1;
      byBatch.set(batchId, increments);
    }
  }
  if (byBatch.size === 0) return [];
  const changes = [...byBatch].map(([id, increments]) => ({ id, ...increments }));
  const { rows } = await sql<BatchCounts & { id: string; organization_id: string }>`
    with change as (
      select * from json_to_recordset(${JSON.stringify(changes)}::json) as c(
        id uuid, completed int, failed int, canceled int, expired int)
    ),
    -- In id order, so that two writers never wait for each other in a circle.
    locked as (select b.id from batch b join change on change.id = b.id order by b.id for update of b)
    update batch b set
      completed = b.completed + c.completed,
      failed = b.failed + c.failed,
      canceled = b.canceled + c.canceled,
      expired = b.expired + c.expired,
      progressed_at = now(),
      finished_at = case
        when b.total = b.completed + c.completed + b.failed + c.failed + b.canceled + c.canceled + b.expired + c.expired
        then now() end
    from change c join locked on locked.id = c.id where b.id = c.id
    returning b.id, b.organization_id, b.total, b.completed, b.failed, b.canceled, b.expired`.execute(trx);
  return rows.map((row) => ({
    organizationId: row.organization_id,
    kind: 'BATCH',
    entityId: row.id,
    batchIds: [row.id],
    state: { status: batchStatus(row) },
  }));
}
