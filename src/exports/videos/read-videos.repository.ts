import { type Kysely, sql } from 'kysely';
import type { DB } from '../../database/types.generated.ts';
import { type VideoAnalysisRow, videoAnalysisColumns } from '../../video-analyses/row.ts';
import { type VideoAnalysisFilter, videoAnalysisMatches } from '../../video-analyses/video-analyses.repository.ts';

/** A video analysis with all data of it and its video that any format needs. */
export interface ExportedVideoRow extends VideoAnalysisRow {
  task_name: string;
  /** null if the video was deleted; so are the following fields of it. */
  filename: string | null;
  mime_type: string | null;
  /** Lower-case hex. */
  sha256: string | null;
  recorded_at: Date | null;
  /** Pixels, as shown. */
  width: number | null;
  height: number | null;
}

/**
 * The next video analyses of an export in order of submission. Those submitted after the export are left out, so the export ends even if
 * more keep arriving.
 * @param after id of the last one of the previous page; null: from the beginning.
 */
export async function readVideoPage(
  db: Kysely<DB>,
  organizationId: string,
  { id, filter }: { id: string; filter: VideoAnalysisFilter },
  { after, limit }: { after: string | null; limit: number },
): Promise<ExportedVideoRow[]> {
  const { rows } = await sql<ExportedVideoRow>`
    select ${sql.join(videoAnalysisColumns.map((column) => sql.ref(column)))}, task.name as task_name,
      video.header_seconds, video.decoded_seconds, video.filename, video.recorded_at, video.width, video.height,
      encode(video.sha256, 'hex') as sha256, blob.mime_type
    from video_analysis
    join task on task.organization_id = video_analysis.organization_id and task.id = video_analysis.task_id
    left join video on video.organization_id = video_analysis.organization_id and video.id = video_analysis.video_id
    left join blob on blob.organization_id = video.organization_id and blob.sha256 = video.sha256
    where ${videoAnalysisMatches(organizationId, filter)}
      and video_analysis.created_at <= (select created_at from export where organization_id = ${organizationId} and id = ${id})
      and ${after === null ? sql`true` : sql`video_analysis.id > ${after}`}
    order by video_analysis.id limit ${limit}`.execute(db);
  return rows;
}
