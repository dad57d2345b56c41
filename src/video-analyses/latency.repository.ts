import { type Kysely, sql } from 'kysely';
import type { DB } from '../database/types.generated.ts';

/**
 * Mean milliseconds that a second of video took, over all seconds that were stored within the last 5 minutes, of all organisations. Time
 * in which no frame was sampled counts as video.
 * @returns null: none was stored.
 */
export async function readVideoLatency(db: Kysely<DB>): Promise<number | null> {
  const { rows } = await sql<{ milliseconds: number | null }>`
    select sum(recent.processing_ms) / sum(recent.last_second - before.second) as milliseconds
    from (
      select video_analysis_id, min(second) as first_second, max(second) as last_second,
        sum(processing_ms) as processing_ms
      from video_second where stored_at > now() - interval '5 minutes' group by video_analysis_id
    ) recent
    -- Only seconds with frames have a row, so a row is for all the time since the row before it.
    cross join lateral (
      select coalesce(max(second), -1) as second from video_second
      where video_analysis_id = recent.video_analysis_id and second < recent.first_second
    ) before`.execute(db);
  return rows[0]?.milliseconds ?? null;
}
