import type { Transaction } from 'kysely';
import type { DB } from '../database/types.generated.ts';
import { type AnalysisFilter, listAnalysisStates } from './analyses.repository.ts';
import { isTerminal } from './life.ts';

/**
 * The current state of each analysis of a finite stream: these are its first events, and all of them must settle before it
 * completes. Read in the snapshot at which the stream joins the log.
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
