import type { Transaction } from 'kysely';
import type { DB } from '../database/types.generated.ts';
import { type AnalysisFilter, listAnalysisStates } from './analyses.repository.ts';
import { isTerminal } from './life.ts';

/**
 * The present state of each analysis that a stream over a finite set is about: its first events, and what has to settle
 * before it completes. Read in the snapshot that the stream joins the log at.
 */
export async function readAnalysisMembers(
  trx: Transaction<DB>,
  organizationId: string,
  sets: readonly Pick<AnalysisFilter, 'ids' | 'batchId' | 'taskId' | 'narrowing'>[],
) {
  const rows = await listAnalysisStates(trx, organizationId, sets);
  return rows.map((row) => ({
    entityId: row.id,
    settled: isTerminal(row.status),
    state: {
      status: row.status,
      previousStatus: null,
      placeId: row.place_id,
      externalId: row.external_id,
      imageId: row.image_id,
      confidence: row.confidence,
    },
    at: row.updated_at,
    taskId: row.task_id,
  }));
}
