import { sql, type Transaction } from 'kysely';
import { type CountedRow, type Happening, noteRows } from '../analyses/statistics/changes.repository.ts';
import type { DB } from '../database/types.generated.ts';

/** What a single frame shows is often a mistake. */
const leastSightings = 2;

/**
 * Records the changes to the counters of video analyses; those that are not counted are left out. Their rows must be locked, so that each
 * change is recorded once, and must already contain the outcomes. A track counts as a facing.
 */
export async function noteVideosInStats(
  trx: Transaction<DB>,
  ids: readonly string[],
  happening: Extract<Happening, 'ENDED' | 'UNCOUNTED'>,
): Promise<void> {
  if (ids.length === 0) return;
  const { rows } = await sql<CountedRow>`
    select a.organization_id, a.task_id, a.place_id, a.created_at, a.status, a.failure_code,
      (extract(epoch from a.finished_at - a.created_at) * 1000)::float8 as latency_ms,
      (extract(epoch from a.finished_at - a.started_at) * 1000)::float8 as duration_ms,
      coalesce(tracks.facings, 0)::integer as detection_count, tracks.unnamed::integer as unnamed_facings,
      tracks.items, null as effects
    from video_analysis a cross join lateral (
      select sum(facings) as facings, sum(facings) filter (where item is null) as unnamed,
        jsonb_object_agg(item, facings) filter (where item is not null) as items
      from (
        select catalog_item_id as item, count(*) as facings from video_track
        where video_analysis_id = a.id and sightings >= ${leastSightings} group by 1
      ) by_item
    ) tracks
    where a.id = any(${[...ids]}::uuid[]) and a.counted`.execute(trx);
  await noteRows(trx, rows, happening, 'VIDEO');
}

/**
 * Earlier runs of videos that are about to be rerun are no longer counted.
 * @param firstRuns ids of the original analyses of the videos.
 */
export async function uncountEarlierVideoRuns(
  trx: Transaction<DB>,
  organizationId: string,
  firstRuns: readonly string[],
): Promise<void> {
  const ids = [...new Set(firstRuns)];
  if (ids.length === 0) return;
  const { rows } = await sql<{ id: string }>`
    select id from video_analysis
    where organization_id = ${organizationId} and counted
      and (id = any(${ids}::uuid[]) or first_run = any(${ids}::uuid[]))
    order by id for update`.execute(trx);
  const earlier = rows.map(({ id }) => id);
  await noteVideosInStats(trx, earlier, 'UNCOUNTED');
  await sql`update video_analysis set counted = false where id = any(${earlier}::uuid[])`.execute(trx);
}
