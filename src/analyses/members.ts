import type { Transaction } from 'kysely';
import type { DB } from '../database/types.generated.ts';
import type { Member } from '../events/stream.ts';
import { type AnalysisFilter, listAnalysisStates, listBatchStates } from './analyses.repository.ts';
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
  return (await listAnalysisStates(trx, organizationId, sets)).map(toMember);
}

/** The same for all analyses of each of several batches. */
export async function readBatchAnalyses(
  trx: Transaction<DB>,
  organizationId: string,
  batchIds: readonly string[],
): Promise<Map<string, Member<'ANALYSIS'>[]>> {
  const rows = await listBatchStates(trx, organizationId, batchIds);
  const members = new Map<string, Map<string, Member<'ANALYSIS'>>>();
  for (const row of rows) {
    const ofBatch = members.get(row.batch_id) ?? new Map<string, Member<'ANALYSIS'>>();
    // An analysis that represents two images of the request is one member.
    members.set(row.batch_id, ofBatch.set(row.id, toMember(row)));
  }
  return new Map([...members].map(([batchId, ofBatch]) => [batchId, [...ofBatch.values()]]));
}

function toMember(row: Awaited<ReturnType<typeof listAnalysisStates>>[number]): Member<'ANALYSIS'> {
  return {
    entityId: row.id,
    settled: isTerminal(row.status),
    state: {
      status: row.status,
      previousStatus: null,
      placeId: row.place_id,
      visitId: row.visit_id,
      externalId: row.external_id,
      imageId: row.image_id,
      confidence: row.confidence,
    },
    at: row.updated_at,
    taskId: row.task_id,
  };
}
