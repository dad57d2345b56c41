import { type Kysely, sql } from 'kysely';
import { type AnalysisRow, analysisColumns } from '../analyses/columns.ts';
import { seesAnalysis } from '../analyses/narrowing-filter.ts';
import type { DB } from '../database/types.generated.ts';
import type { AlertRules } from '../recognition/alerts/conditions.ts';
import type { JudgedPosition } from '../recognition/compliance/compliance.ts';
import type { PriceTag } from '../recognition/prices/price-tag.ts';
import type { Narrowing } from '../shared/narrowing.ts';

/** How a picture of a visit agrees with a planogram. */
export interface JudgedPicture {
  analysis: AnalysisRow;
  planogramId: string;
  version: number;
  positions: JudgedPosition[];
}

/** How many pictures of a visit are put together. */
export const maxVisitPictures = 500;

/** The pictures of a visit that were judged by a planogram, without those that were run again, in the order of their submission. */
export async function listJudgedPictures(
  db: Kysely<DB>,
  organizationId: string,
  visitId: string,
  narrowing: Narrowing | null,
): Promise<JudgedPicture[]> {
  type Row = AnalysisRow & { judged_planogram: string; judged_version: number; judged_positions: JudgedPosition[] };
  const { rows } = await sql<Row>`
    select ${sql.join(analysisColumns.map((column) => sql.ref(column)))}, judged.planogram_id as judged_planogram,
      judged.planogram_version as judged_version, judged.positions as judged_positions
    from analysis
    join analysis_compliance judged
      on judged.organization_id = analysis.organization_id and judged.analysis_id = analysis.id
    where analysis.organization_id = ${organizationId} and analysis.visit_id = ${visitId}
      and analysis.counted is not false and ${seesAnalysis(narrowing)}
    order by analysis.id limit ${maxVisitPictures}`.execute(db);
  return rows.map(({ judged_planogram, judged_version, judged_positions, ...analysis }) => ({
    analysis,
    planogramId: judged_planogram,
    version: judged_version,
    positions: judged_positions,
  }));
}

/** What a picture of a visit says for alerts, as it was found. */
export interface CheckedPicture {
  analysisId: string;
  taskId: string;
  placeId: string | null;
  takenAt: Date;
  alertRules: AlertRules;
  /** Names the version of the planogram; null: none counted for it. */
  plan: string | null;
  positions: JudgedPosition[] | null;
  /** 0..1; null: gaps were not looked for, or it shows no shelf. */
  gapShare: number | null;
  /** null: not read, or no rule asks for prices. */
  tags: PriceTag[] | null;
  /** Of the detections that the tags refer to by index; null: no rule asks for prices. */
  items: (string | null)[] | null;
}

/** The pictures of a visit that SUCCEEDED, without those that were run again, in the order of their submission. */
export async function listCheckedPictures(
  db: Kysely<DB>,
  organizationId: string,
  visitId: string,
): Promise<CheckedPicture[]> {
  const { rows } = await sql<CheckedPicture>`
    select analysis.id as "analysisId", analysis.task_id as "taskId", analysis.place_id as "placeId",
      coalesce(image.recorded_at, analysis.created_at) as "takenAt", task.alert_rules as "alertRules",
      judged.planogram_id || '@' || judged.planogram_version as plan, judged.positions, gaps.share as "gapShare",
      result.prices as tags, jsonb_path_query_array(result.detections, '$[*].itemId') as items
    from analysis
    join task on task.organization_id = analysis.organization_id and task.id = analysis.task_id
    left join image on image.organization_id = analysis.organization_id and image.id = analysis.image_id
    left join analysis_compliance judged
      on judged.organization_id = analysis.organization_id and judged.analysis_id = analysis.id
    left join analysis_gaps gaps on gaps.organization_id = analysis.organization_id and gaps.analysis_id = analysis.id
    left join analysis_result result on task.alert_rules -> 'pricesDifferFrom' is not null
      and result.organization_id = analysis.organization_id and result.analysis_id = analysis.id
    where analysis.organization_id = ${organizationId} and analysis.visit_id = ${visitId}
      and analysis.counted is not false and analysis.status = 'SUCCEEDED'
    order by analysis.id limit ${maxVisitPictures}`.execute(db);
  return rows;
}
