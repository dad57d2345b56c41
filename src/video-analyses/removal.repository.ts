import { type Kysely, sql } from 'kysely';
import type { RemovedAnalysis } from '../analyses/remove-pictures.ts';
import type { DB } from '../database/types.generated.ts';
import { noteVideosInStats } from './statistics.repository.ts';

/** The hash of the bytes of its video, for a select or delete of `video_analysis`; null: the video is gone. */
export const hashOfVideo = sql<string | null>`(
  select encode(video.sha256, 'hex') from video
  where video.organization_id = video_analysis.organization_id and video.id = video_analysis.video_id)`;

/**
 * Removes an analysis with its results if it has ended, and counts it no longer.
 * @returns the same; null: there is none, or it has not ended.
 */
export function removeEndedVideoAnalysis(
  db: Kysely<DB>,
  organizationId: string,
  id: string,
): Promise<RemovedAnalysis | null> {
  return db.transaction().execute(async (trx) => {
    const row = await trx
      .selectFrom('video_analysis')
      .select(['id', hashOfVideo.as('sha256')])
      .where('organization_id', '=', organizationId)
      .where('id', '=', id)
      .where('finished_at', 'is not', null)
      .forUpdate()
      .executeTakeFirst();
    if (!row) return null;
    await noteVideosInStats(trx, [id], 'UNCOUNTED');
    await trx.deleteFrom('video_analysis').where('id', '=', id).execute();
    return row;
  });
}
