import { type Kysely, sql, type Transaction } from 'kysely';
import { addJobs } from '../database/jobs.ts';
import type { DB } from '../database/types.generated.ts';
import { chunkSize, priorities } from './life.ts';

/** The tokens that call workers for this many new analyses, in the transaction that makes them. */
export function addWakeTokens(trx: Transaction<DB>, analysisCount: number, priority: number): Promise<void> {
  const tokens = Math.ceil(analysisCount / chunkSize);
  return addJobs(
    trx,
    Array.from({ length: tokens }, () => ({ identifier: 'analyze' as const, payload: {}, priority })),
  );
}

/**
 * Adds one token when anything is left to claim. Its key keeps it to one at a time: tokens that end at the same moment add
 * one between them, and when that one ends it looks again.
 * @param afterSeconds when it may be taken. Default 0.
 */
export async function ensureWakeToken(db: Kysely<DB>, afterSeconds = 0): Promise<void> {
  await sql`
    select graphile_worker.add_job('analyze', '{}'::json, job_key := 'analyze:left', priority := ${priorities.NORMAL}::int,
      run_at := now() + ${afterSeconds} * interval '1 second')
    where exists (
      select 1 from analysis where status = 'QUEUED' and lease_worker_id is null and not waits_for_image)`.execute(db);
}
