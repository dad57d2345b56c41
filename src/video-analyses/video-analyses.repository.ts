import { type Kysely, type RawBuilder, type SqlBool, sql, type Transaction } from 'kysely';
import { type CommonFilter, commonConditions } from '../analyses/common-filter.ts';
import { openStatuses } from '../analyses/life.ts';
import type { Keyset } from '../database/keyset.ts';
import { countRows } from '../database/pool.ts';
import type { DB } from '../database/types.generated.ts';
import type { Narrowing } from '../shared/narrowing.ts';
import type { FoundTrack } from './found.ts';
import { type VideoAnalysisRow, videoAnalysisColumns } from './row.ts';
import type { Sampling } from './sampling.ts';

/** An absent filter does not restrict. */
export interface VideoAnalysisFilter extends CommonFilter {
  videoId?: string | undefined;
  /** Those that have a track of it. */
  containsCatalogItemId?: string | undefined;
}

function selectRows(db: Kysely<DB>, organizationId: string, filter: VideoAnalysisFilter) {
  return db
    .selectFrom('video_analysis')
    .leftJoin('video', (join) =>
      join
        .onRef('video.organization_id', '=', 'video_analysis.organization_id')
        .onRef('video.id', '=', 'video_analysis.video_id'),
    )
    .select(videoAnalysisColumns)
    .select(['video.header_seconds', 'video.decoded_seconds'])
    .where(videoAnalysisMatches(organizationId, filter));
}

/** Those that exist, in any order. @param narrowing what the caller is limited to; null: nothing */
export function findVideoAnalyses(
  db: Kysely<DB>,
  organizationId: string,
  ids: readonly string[],
  narrowing: Narrowing | null = null,
): Promise<VideoAnalysisRow[]> {
  return selectRows(db, organizationId, { ids, narrowing }).execute();
}

/** Newest first. */
export function listVideoAnalyses(
  db: Kysely<DB>,
  organizationId: string,
  filter: VideoAnalysisFilter,
  page: Keyset,
): Promise<VideoAnalysisRow[]> {
  return selectRows(db, organizationId, filter)
    .$if(page.after !== null, (query) => query.where('video_analysis.id', '<', page.after))
    .orderBy('video_analysis.id', 'desc')
    .limit(page.limit)
    .execute();
}

export async function countVideoAnalyses(
  db: Kysely<DB>,
  organizationId: string,
  filter: VideoAnalysisFilter,
): Promise<number> {
  const { count } = await db
    .selectFrom('video_analysis')
    .select(countRows().as('count'))
    .where(videoAnalysisMatches(organizationId, filter))
    .executeTakeFirstOrThrow();
  return count;
}

/** For a `where`: works with any joins. */
export function videoAnalysisMatches(organizationId: string, filter: VideoAnalysisFilter): RawBuilder<SqlBool> {
  const ofOrganization = sql<SqlBool>`video_analysis.organization_id = ${organizationId}`;
  const all = [ofOrganization, ...commonConditions('video_analysis', filter)];
  if (filter.videoId) all.push(sql`video_analysis.video_id = ${filter.videoId}`);
  if (filter.containsCatalogItemId)
    all.push(sql`exists (
      select from video_track found where found.organization_id = video_analysis.organization_id
        and found.video_analysis_id = video_analysis.id and found.catalog_item_id = ${filter.containsCatalogItemId})`);
  return sql.join<SqlBool>(all, sql` and `);
}

/** What determines how many frames these analyses sample. */
export async function findSamplings(
  db: Kysely<DB>,
  ids: readonly string[],
): Promise<{ id: string; priority: number; sampling: Sampling }[]> {
  const rows = await db
    .selectFrom('video_analysis')
    .select(['id', 'priority', 'frames_per_second', 'key_frames_only', 'max_frames'])
    .where('id', '=', sql<string>`any(${[...ids]}::uuid[])`)
    .execute();
  return rows.map(({ id, priority, frames_per_second, key_frames_only, max_frames }) => ({
    id,
    priority,
    sampling: { framesPerSecond: frames_per_second, keyFramesOnly: key_frames_only, maxFrames: max_frames },
  }));
}

/** Detaches analyses from a video that is about to be deleted; they keep their results. @returns how many. */
export async function unlinkVideo(trx: Transaction<DB>, organizationId: string, videoId: string): Promise<number> {
  const { numUpdatedRows } = await trx
    .updateTable('video_analysis')
    .set({ video_id: null })
    .where('organization_id', '=', organizationId)
    .where('video_id', '=', videoId)
    .executeTakeFirst();
  return Number(numUpdatedRows);
}

export interface TrackRow {
  track: number;
  catalog_item_id: string | null;
  label: string | null;
  confidence: number;
  first_seconds: number;
  last_seconds: number;
  sightings: number;
  best: unknown;
  path: unknown;
  is_ended: boolean;
}

/** In the order in which they were first seen. */
export function listTracks(
  db: Kysely<DB>,
  organizationId: string,
  videoAnalysisId: string,
  filter: { minSightings: number; itemId?: string | undefined; label?: string | undefined },
  page: Keyset,
): Promise<TrackRow[]> {
  return db
    .selectFrom('video_track')
    .select(['track', 'catalog_item_id', 'label', 'confidence', 'first_seconds', 'last_seconds', 'sightings'])
    .select(['best', 'path', 'is_ended'])
    .where('organization_id', '=', organizationId)
    .where('video_analysis_id', '=', videoAnalysisId)
    .where('sightings', '>=', filter.minSightings)
    .$if(filter.itemId !== undefined, (query) => query.where('catalog_item_id', '=', filter.itemId!))
    .$if(filter.label !== undefined, (query) => query.where('label', '=', filter.label!))
    .$if(page.after !== null, (query) => query.where('track', '>', Number(page.after)))
    .orderBy('track')
    .limit(page.limit)
    .execute();
}

/** The best sighting of a track so far; null: there is no such track. */
export async function findBestSighting(
  db: Kysely<DB>,
  organizationId: string,
  videoAnalysisId: string,
  track: number,
): Promise<FoundTrack['best'] | null> {
  const row = await db
    .selectFrom('video_track')
    .select('best')
    .where('organization_id', '=', organizationId)
    .where('video_analysis_id', '=', videoAnalysisId)
    .where('track', '=', track)
    .executeTakeFirst();
  return row ? (row.best as unknown as FoundTrack['best']) : null;
}

/** The states of analyses that a stream follows, for its first events. */
export function listVideoAnalysisStates(db: Kysely<DB>, organizationId: string, filter: VideoAnalysisFilter) {
  return db
    .selectFrom('video_analysis')
    .select(['id', 'status', 'task_id', 'video_id', 'place_id', 'visit_id', 'external_id', 'updated_at'])
    .where(videoAnalysisMatches(organizationId, filter))
    .orderBy('id')
    .execute();
}

/** The analyses of a task that have not ended, in the order of submission. */
export async function listOpenOfTask(db: Kysely<DB>, organizationId: string, taskId: string): Promise<string[]> {
  const rows = await db
    .selectFrom('video_analysis')
    .select('id')
    .where(videoAnalysisMatches(organizationId, { taskId, statuses: openStatuses }))
    .orderBy('id')
    .execute();
  return rows.map(({ id }) => id);
}
