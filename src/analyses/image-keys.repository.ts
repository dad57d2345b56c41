import { sql, type Transaction } from 'kysely';
import type { DB } from '../database/types.generated.ts';
import { keyHours } from '../idempotency/idempotency.repository.ts';
import type { AnalysisStatus } from './life.ts';

/** An analysis that is about to take a client's key for its image. */
export interface KeyedAnalysis {
  key: string;
  analysisId: string;
}

/**
 * Assigns each key to its analysis, unless the key created another one within 24 hours. If another transaction is taking one of the
 * keys, this waits for it; all take keys in the same order, so there are no deadlocks.
 * @param wanted each key at most once.
 * @returns the analysis of each key.
 */
export async function takeImageKeys(
  trx: Transaction<DB>,
  organizationId: string,
  wanted: readonly KeyedAnalysis[],
): Promise<Map<string, string>> {
  if (wanted.length === 0) return new Map();
  const rows = JSON.stringify(wanted);
  await sql`
    insert into analysis_key (organization_id, key, analysis_id)
    select ${organizationId}, key, "analysisId"
    from json_to_recordset(${rows}::json) as wanted(key text, "analysisId" uuid)
    order by key collate "C"
    on conflict (organization_id, key) do update set analysis_id = excluded.analysis_id, created_at = now()
    where analysis_key.created_at < now() - ${keyHours} * interval '1 hour'`.execute(trx);
  // A separate statement, so that it sees what was committed while this waited for the keys.
  const taken = await trx
    .selectFrom('analysis_key')
    .select(['key', 'analysis_id'])
    .where('organization_id', '=', organizationId)
    .where('key', '=', sql<string>`any(${wanted.map(({ key }) => key)}::text[])`)
    .execute();
  return new Map(taken.map(({ key, analysis_id }) => [key, analysis_id]));
}

export interface ReplayedAnalysis {
  id: string;
  status: AnalysisStatus;
  task_id: string;
  place_id: string | null;
}

/**
 * Analyses that become members of another batch, locked until its transaction ends: one that is about to end waits, and then counts
 * in that batch, too (lockRows in life.repository.ts).
 */
export async function lockReplayed(
  trx: Transaction<DB>,
  organizationId: string,
  ids: readonly string[],
): Promise<ReplayedAnalysis[]> {
  if (ids.length === 0) return [];
  const rows = await trx
    .selectFrom('analysis')
    .select(['id', 'status', 'task_id', 'place_id'])
    .where('organization_id', '=', organizationId)
    .where('id', '=', sql<string>`any(${[...ids]}::uuid[])`)
    .orderBy('id')
    .forShare()
    .execute();
  return rows as ReplayedAnalysis[];
}
