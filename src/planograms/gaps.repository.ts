import { type Kysely, sql, type Transaction } from 'kysely';
import type { DB } from '../database/types.generated.ts';
import type { Gap } from '../recognition/gaps/find-gaps.ts';
import type { MissingItem } from '../recognition/gaps/missing-items.ts';

export interface StoredGap extends Gap {
  /** null: nobody knows what should stand there. */
  missing: MissingItem;
}

/** The gaps of the picture of an analysis that asks for them. */
export interface AnalysisGaps {
  analysisId: string;
  organizationId: string;
  gaps: StoredGap[];
  /** Of the length of all shelves, 0..1; null: the picture shows no shelf. */
  share: number | null;
}

export async function insertGaps(trx: Transaction<DB>, found: readonly AnalysisGaps[]): Promise<void> {
  if (found.length === 0) return;
  await sql`
    insert into analysis_gaps (analysis_id, organization_id, gaps, share)
    select "analysisId", "organizationId", gaps, share
    from json_to_recordset(${JSON.stringify(found)}::json) as g(
      "analysisId" uuid, "organizationId" uuid, gaps jsonb, share float8)`.execute(trx);
}

/** Of those of these analyses that asked for them and SUCCEEDED. */
export async function findStoredGaps(
  db: Kysely<DB>,
  organizationId: string,
  analysisIds: readonly string[],
): Promise<AnalysisGaps[]> {
  const { rows } = await sql<AnalysisGaps>`
    select analysis_id as "analysisId", organization_id as "organizationId", gaps, share from analysis_gaps
    where organization_id = ${organizationId} and analysis_id = any(${[...analysisIds]}::uuid[])`.execute(db);
  return rows;
}
