import type { Transaction } from 'kysely';
import { isTerminal } from '../analyses/life.ts';
import type { DB } from '../database/types.generated.ts';
import type { Member } from '../events/stream.ts';
import { listVideoAnalysisStates, type VideoAnalysisFilter } from './video-analyses.repository.ts';

/** The current state of each video analysis of a finite stream: these are its first events. */
export async function readVideoMembers(
  trx: Transaction<DB>,
  organizationId: string,
  filter: VideoAnalysisFilter,
): Promise<Member<'VIDEO_ANALYSIS'>[]> {
  const rows = await listVideoAnalysisStates(trx, organizationId, filter);
  return rows.map((row) => ({
    entityId: row.id,
    settled: isTerminal(row.status),
    state: {
      change: 'STATUS',
      status: row.status,
      previousStatus: null,
      videoId: row.video_id,
      placeId: row.place_id,
      visitId: row.visit_id,
      externalId: row.external_id,
    },
    at: row.updated_at,
    taskId: row.task_id,
  }));
}
