import { type Kysely, sql } from 'kysely';
import type { DB } from '../database/types.generated.ts';
import type { Fixture } from '../recognition/compliance/plan.ts';
import type { Detection } from '../recognition/detection.ts';

/** A result with what was made of it beyond its products, so that the same can be made of it with corrections. */
export interface CorrectableShelf {
  analysisId: string;
  organizationId: string;
  taskId: string;
  placeId: string | null;
  takenAt: Date;
  width: number;
  height: number;
  detections: Detection[];
  /** The version that the result was judged by; null: it was judged by none. */
  plan: { planogramId: string; version: number; fixture: Fixture } | null;
  /** Whether gaps were looked for. */
  hasGaps: boolean;
}

/** Of those of these analyses that SUCCEEDED. */
export async function findCorrectableShelves(
  db: Kysely<DB>,
  organizationId: string,
  analysisIds: readonly string[],
): Promise<CorrectableShelf[]> {
  const { rows } = await sql<CorrectableShelf>`
    select analysis.id as "analysisId", analysis.organization_id as "organizationId", analysis.task_id as "taskId",
      analysis.place_id as "placeId", coalesce(image.recorded_at, analysis.created_at) as "takenAt",
      result.width, result.height, result.detections, gaps.analysis_id is not null as "hasGaps",
      case when version.version is not null then json_build_object(
        'planogramId', version.planogram_id, 'version', version.version, 'fixture', version.fixture) end as plan
    from analysis
    join analysis_result result
      on result.organization_id = analysis.organization_id and result.analysis_id = analysis.id
    left join image on image.organization_id = analysis.organization_id and image.id = analysis.image_id
    left join analysis_gaps gaps on gaps.organization_id = analysis.organization_id and gaps.analysis_id = analysis.id
    left join analysis_compliance judged
      on judged.organization_id = analysis.organization_id and judged.analysis_id = analysis.id
    left join planogram_version version on version.organization_id = judged.organization_id
      and version.planogram_id = judged.planogram_id and version.version = judged.planogram_version
    where analysis.organization_id = ${organizationId} and analysis.id = any(${[...analysisIds]}::uuid[])`.execute(db);
  return rows;
}
