import type { Kysely } from 'kysely';
import { type ClaimedAnalysis, claimAnalyses } from '../../src/analyses/claims.repository.ts';
import type { DB } from '../../src/database/types.generated.ts';

/** Claims as a worker that has every pipeline. */
export async function claimAny(db: Kysely<DB>, workerId: string, limit: number): Promise<ClaimedAnalysis[]> {
  const rows = await db.selectFrom('analysis').select('pipeline').distinct().execute();
  return claimAnalyses(db, { id: workerId, pipelines: rows.map(({ pipeline }) => pipeline), after: null }, limit);
}
