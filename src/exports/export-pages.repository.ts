import { type Kysely, sql } from 'kysely';
import { type AnalysisFilter, analysisMatches } from '../analyses/analyses.repository.ts';
import { type AnalysisRow, analysisColumns, resultColumns } from '../analyses/columns.ts';
import type { AnalysisResult } from '../analyses/result.ts';
import type { DB } from '../database/types.generated.ts';
import type { AnalysisCompliance } from '../planograms/compliance.repository.ts';
import type { StoredGap } from '../planograms/gaps.repository.ts';

/** The results of an analysis, all null unless it SUCCEEDED. Boxes are in pixels of a picture of width × height. */
type FoundOrNull = { [Part in keyof AnalysisResult]: AnalysisResult[Part] | null };

/** An analysis with all data that any format needs. */
export interface ExportedAnalysis extends AnalysisRow, FoundOrNull {
  task_name: string;
  /** null if the image was deleted; so are the following fields of it. */
  filename: string | null;
  mime_type: string | null;
  /** Lower-case hex. */
  sha256: string | null;
  recorded_at: Date | null;
  /** null: no planogram counted for it. */
  compliance: Omit<AnalysisCompliance, 'analysisId' | 'organizationId'> | null;
  /** null: they were not looked for. */
  gaps: StoredGap[] | null;
  gap_share: number | null;
}

const selected = sql.join([
  ...analysisColumns.map((column) => sql.ref(column)),
  ...resultColumns.map((column) => sql.ref(`result.${column}`)),
]);

/** Limits of a page, whether its detections come from 500 pictures or from 10. */
export const pageLimits = { analyses: 500, detections: 2_000 };

/**
 * The next analyses of an export in order of submission: as many as fit the limits, at least one when there is any. Analyses
 * submitted after the export are left out, so the export ends even if more keep arriving.
 * @param after id of the last one of the previous page; null: from the beginning.
 */
export async function readExportPage(
  db: Kysely<DB>,
  organizationId: string,
  { id, filter }: { id: string; filter: AnalysisFilter },
  { after, limits }: { after: string | null; limits: typeof pageLimits },
): Promise<ExportedAnalysis[]> {
  const { rows } = await sql<ExportedAnalysis>`
    with candidate as (
      select id, sum(detection_count) over (order by id) - detection_count as detections_before from (
        select analysis.id, analysis.detection_count from analysis
        where ${analysisMatches(organizationId, [filter])}
          and analysis.created_at <= (select created_at from export where organization_id = ${organizationId} and id = ${id})
          and ${after === null ? sql`true` : sql`analysis.id > ${after}`}
        order by analysis.id limit ${limits.analyses}
      ) next
    )
    select ${selected}, task.name as task_name, image.filename, blob.mime_type, encode(image.sha256, 'hex') as sha256,
      image.recorded_at, case when judged.analysis_id is not null then json_build_object(
        'planogramId', judged.planogram_id, 'version', judged.planogram_version, 'score', judged.score,
        'positions', judged.positions, 'unplanned', judged.unplanned) end as compliance, gaps.gaps, gaps.share as gap_share
    from candidate
    join analysis on analysis.id = candidate.id
    join task on task.organization_id = analysis.organization_id and task.id = analysis.task_id
    left join image on image.organization_id = analysis.organization_id and image.id = analysis.image_id
    left join blob on blob.organization_id = image.organization_id and blob.sha256 = image.sha256
    left join analysis_result result
      on result.organization_id = analysis.organization_id and result.analysis_id = analysis.id
    left join analysis_compliance judged
      on judged.organization_id = analysis.organization_id and judged.analysis_id = analysis.id
    left join analysis_gaps gaps
      on gaps.organization_id = analysis.organization_id and gaps.analysis_id = analysis.id
    where candidate.detections_before < ${limits.detections}
    order by analysis.id`.execute(db);
  return rows;
}

/** The data of an item in exports, also after it was archived. */
export interface ExportedItem {
  id: string;
  name: string;
  customId: string | null;
  barcode: string | null;
}

export async function findExportedItems(
  db: Kysely<DB>,
  organizationId: string,
  ids: readonly string[],
): Promise<ExportedItem[]> {
  const { rows } = await sql<ExportedItem>`
    select id, name, custom_id as "customId", barcode from catalog_item
    where organization_id = ${organizationId} and id = any(${[...ids]}::uuid[])`.execute(db);
  return rows;
}
