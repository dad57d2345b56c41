import { sql, type Transaction } from 'kysely';
import type { DB } from '../database/types.generated.ts';

/** Hides people in the pictures of videos of new analyses as their tasks say. What is hidden stays hidden, whatever a later task says. */
export async function hideInVideosAsTasksSay(
  trx: Transaction<DB>,
  organizationId: string,
  analyses: readonly { videoId: string; taskId: string }[],
): Promise<void> {
  const rows = analyses.map(({ videoId, taskId }) => ({ videoId, taskId }));
  await sql`
    update video set blur_people = wanted.most
    from (
      select r."videoId" as video_id, min(task.blur_people) as most
      from json_to_recordset(${JSON.stringify(rows)}::json) as r("videoId" uuid, "taskId" uuid)
      join task on task.organization_id = ${organizationId} and task.id = r."taskId"
      group by r."videoId"
    ) wanted
    where video.organization_id = ${organizationId} and video.id = wanted.video_id
      and wanted.most < video.blur_people`.execute(trx);
}
