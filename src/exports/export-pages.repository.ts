import { type Kysely, sql } from 'kysely';
import { type AnalysisFilter, analysisMatches } from '../analyses/analyses.repository.ts';
import type { AnalysisStatus } from '../analyses/life.ts';
import type { StoredDetection, StoredTimings } from '../analyses/result.ts';
import type { DB } from '../database/types.generated.ts';
import type { FoundLabel } from '../recognition/labels.ts';
import type { FailureColumns } from '../shared/failure.ts';

/** An analysis with everything of it that any format tells. */
export interface ExportedAnalysis extends FailureColumns {
  id: string;
  taskId: string;
  taskName: string;
  batchId: string | null;
  rerunOf: string | null;
  status: AnalysisStatus;
  pipeline: string;
  options: unknown;
  externalId: string | null;
  placeId: string | null;
  metadata: unknown;
  latitude: number | null;
  longitude: number | null;
  confidence: number | null;
  createdAt: Date;
  startedAt: Date | null;
  finishedAt: Date | null;
  /** null when it was deleted; so is what follows of it. */
  imageId: string | null;
  filename: string | null;
  mimeType: string | null;
  /** Lower-case hex. */
  sha256: string | null;
  recordedAt: Date | null;
  /** Of the picture after EXIF orientation, as it was analysed; null with the other two unless it SUCCEEDED. */
  width: number | null;
  height: number | null;
  timings: StoredTimings | null;
  detections: StoredDetection[] | null;
  labels: FoundLabel[] | null;
  accepted: boolean | null;
}

/** What bounds a page, whether its detections come from 500 pictures or from 10. */
export const pageLimits = { analyses: 500, detections: 2_000 };

/**
 * The next analyses of an export in order of submission: as many as fit the limits, at least one when there is any. What
 * was submitted after the export is left out, so it comes to its end however much comes in.
 *
 * @param after id of the last one seen; null: from the beginning.
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
    select a.id, a.task_id as "taskId", task.name as "taskName", a.batch_id as "batchId", a.rerun_of as "rerunOf", a.status,
      a.pipeline, a.options, a.external_id as "externalId", a.place_id as "placeId", a.metadata, a.latitude, a.longitude,
      a.confidence, a.created_at as "createdAt", a.started_at as "startedAt", a.finished_at as "finishedAt",
      a.failure_code, a.failure_message, a.failure_retryable,
      a.image_id as "imageId", image.filename, blob.mime_type as "mimeType", encode(image.sha256, 'hex') as sha256,
      image.recorded_at as "recordedAt",
      result.width, result.height, result.timings, result.detections, result.labels, result.accepted
    from candidate
    join analysis a on a.id = candidate.id
    join task on task.organization_id = a.organization_id and task.id = a.task_id
    left join image on image.organization_id = a.organization_id and image.id = a.image_id
    left join blob on blob.organization_id = image.organization_id and blob.sha256 = image.sha256
    left join analysis_result result on result.organization_id = a.organization_id and result.analysis_id = a.id
    where candidate.detections_before < ${limits.detections}
    order by a.id`.execute(db);
  return rows;
}

/** What exports tell of an item, also after it was archived. */
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
