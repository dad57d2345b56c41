import { type Kysely, sql, type Transaction } from 'kysely';
import type { DB } from '../database/types.generated.ts';
import type { Compliance } from '../recognition/compliance/compliance.ts';

/** How the picture of an analysis agrees with a version of a planogram. */
export interface AnalysisCompliance extends Compliance {
  analysisId: string;
  organizationId: string;
  planogramId: string;
  version: number;
}

export async function insertCompliance(trx: Transaction<DB>, judged: readonly AnalysisCompliance[]): Promise<void> {
  if (judged.length === 0) return;
  await sql`
    insert into analysis_compliance (
      analysis_id, organization_id, planogram_id, planogram_version, score, positions, unplanned)
    select "analysisId", "organizationId", "planogramId", version, score, positions, unplanned
    from json_to_recordset(${JSON.stringify(judged)}::json) as j(
      "analysisId" uuid, "organizationId" uuid, "planogramId" uuid, version int, score float8, positions jsonb, unplanned jsonb)`.execute(
    trx,
  );
}

/** Of those of these analyses that were judged. */
export async function findCompliance(
  db: Kysely<DB>,
  organizationId: string,
  analysisIds: readonly string[],
): Promise<AnalysisCompliance[]> {
  const { rows } = await sql<AnalysisCompliance>`
    select analysis_id as "analysisId", organization_id as "organizationId", planogram_id as "planogramId",
      planogram_version as version, score, positions, unplanned
    from analysis_compliance
    where organization_id = ${organizationId} and analysis_id = any(${[...analysisIds]}::uuid[])`.execute(db);
  return rows;
}
