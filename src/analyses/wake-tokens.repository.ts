import { type Kysely, sql, type Transaction } from 'kysely';
import type { DB } from '../database/types.generated.ts';
import { analyzeJob } from '../jobs/definitions.ts';
import { addJob, addJobs } from '../jobs/jobs.repository.ts';
import { chunkSize } from './life.ts';

/** Adds the wake tokens for this many new analyses, in the transaction that inserts them. */
export function addWakeTokens(trx: Transaction<DB>, analysisCount: number, priority: number): Promise<void> {
  const tokens = Math.ceil(analysisCount / chunkSize);
  return addJobs(
    trx,
    analyzeJob,
    Array.from({ length: tokens }, () => ({ payload: {}, priority, isExtra: true })),
  );
}

/**
 * Adds one token if there is anything left to claim. Its key limits it to one at a time: tokens that end at the same moment add
 * only one together, and when that one ends it checks again.
 * @param afterSeconds when it may be taken. Default 0.
 */
export async function ensureWakeToken(db: Kysely<DB>, afterSeconds = 0): Promise<void> {
  const { rows } = await sql<{ left: boolean }>`
    select exists (
      select 1 from analysis where status = 'QUEUED' and lease_worker_id is null and not waits_for_image) as "left"`.execute(
    db,
  );
  if (rows[0]?.left) await addJob(db, analyzeJob, { payload: {}, afterSeconds });
}
