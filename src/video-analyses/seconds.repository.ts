import { type Kysely, sql, type Transaction } from 'kysely';
import type { StoredTimings } from '../analyses/result.ts';
import type { DB } from '../database/types.generated.ts';
import { appendEvents } from '../events/log.ts';
import type { FoundFrame, FoundSecond, FoundTrack, FrameCount } from './found.ts';
import { timeTolerance } from './intervals.ts';
import { lockWhere, moveVideoAnalyses, videoEvent } from './life.repository.ts';
import { nameFrames, type TrackName, tracksIn } from './named-frames.ts';

/** One analysed second, and what of the analysis it changes. */
export interface SecondResult extends FoundSecond {
  videoAnalysisId: string;
  /** The worker that holds the lease. */
  workerId: string;
  /** Counts of its frames, by what its tracks are taken for so far. */
  counts: FrameCount[];
  /** Tracks that changed in it. */
  tracks: readonly FoundTrack[];
  newTracks: readonly number[];
  endedTracks: readonly number[];
  /** Of the analysis, up to the end of this second. */
  sampledFrames: number;
  processingMs: number;
  /** Elapsed milliseconds since the second before was stored. */
  secondMs: number;
  timings: VideoTimings;
  /** 0..1; null: the duration is unknown. */
  progress: number | null;
  inactiveItemCount: number;
}

/** Milliseconds of all analysed frames, by stage. */
export type VideoTimings = Pick<StoredTimings, 'decodeMs' | 'inferenceMs' | 'matchMs'>;

/**
 * Stores a second with its frames, tracks and events: from here on the analysis goes on behind it, whatever happens.
 * @returns false: the analysis was cancelled, or the lease lost, and nothing was stored.
 * @throws OutOfOrderError, so call it in a transaction of `inLogOrder`.
 */
export async function storeSecond(trx: Transaction<DB>, result: SecondResult): Promise<boolean> {
  const { videoAnalysisId, workerId, second, frames } = result;
  const [row] = await lockWhere(trx, sql`id = ${videoAnalysisId}`);
  if (row?.status !== 'RUNNING' || row.lease_worker_id !== workerId) return false;
  if (frames.length > 0)
    await trx
      .insertInto('video_second')
      .values({
        organization_id: row.organization_id,
        video_analysis_id: videoAnalysisId,
        second,
        frames: JSON.stringify(frames),
        frame_count: frames.length,
        processing_ms: result.secondMs,
      })
      .execute();
  await upsertTracks(trx, row.organization_id, videoAnalysisId, result.tracks);
  await trx
    .updateTable('video_analysis')
    .set({
      next_second: second + 1,
      sampled_frames: result.sampledFrames,
      processing_ms: result.processingMs,
      timings: JSON.stringify(result.timings),
      inactive_item_count: result.inactiveItemCount,
      // It counts the attempts at one second: a second that ends its workers must not do so for ever.
      attempt: 0,
      updated_at: sql<Date>`now()`,
    })
    .where('id', '=', videoAnalysisId)
    .execute();
  const told = { counts: result.counts, newTracks: [...result.newTracks], progress: result.progress };
  await appendEvents(trx, [
    ...(frames.length > 0
      ? [videoEvent(row, 'RUNNING', { change: 'SECOND', second, frames: frames.length, ...told })]
      : []),
    ...result.endedTracks.map((track) => videoEvent(row, 'RUNNING', { change: 'TRACK_ENDED', track })),
  ]);
  return true;
}

/** What is stored when an analysis has come to the end of its video. */
export type VideoEnding = Omit<SecondResult, 'second' | 'frames' | 'counts' | 'newTracks' | 'secondMs' | 'progress'>;

/**
 * Stores the last tracks, and that the analysis SUCCEEDED.
 * @returns false: as above. @throws OutOfOrderError
 */
export async function endVideo(trx: Transaction<DB>, ending: VideoEnding): Promise<boolean> {
  const { videoAnalysisId, workerId } = ending;
  const [row] = await lockWhere(trx, sql`id = ${videoAnalysisId}`);
  if (row?.status !== 'RUNNING' || row.lease_worker_id !== workerId) return false;
  await upsertTracks(trx, row.organization_id, videoAnalysisId, ending.tracks);
  await trx
    .updateTable('video_analysis')
    .set({
      sampled_frames: ending.sampledFrames,
      processing_ms: ending.processingMs,
      timings: JSON.stringify(ending.timings),
      inactive_item_count: ending.inactiveItemCount,
    })
    .where('id', '=', videoAnalysisId)
    .execute();
  await appendEvents(
    trx,
    ending.endedTracks.map((track) => videoEvent(row, 'RUNNING', { change: 'TRACK_ENDED', track })),
  );
  await moveVideoAnalyses(trx, [{ id: videoAnalysisId, to: 'SUCCEEDED', workerId }]);
  return true;
}

async function upsertTracks(
  trx: Transaction<DB>,
  organizationId: string,
  videoAnalysisId: string,
  tracks: readonly FoundTrack[],
): Promise<void> {
  if (tracks.length === 0) return;
  const rows = tracks.map((track) => ({
    track: track.track,
    catalog_item_id: track.itemId,
    matched_by: track.matchedBy,
    label: track.label,
    confidence: track.confidence,
    first_seconds: track.firstSeconds,
    last_seconds: track.lastSeconds,
    sightings: track.sightings,
    best: track.best,
    // Written once, because it would otherwise be written again with each second that a thing is in view.
    path: track.isEnded ? track.path : [],
    is_ended: track.isEnded,
  }));
  await sql`
    insert into video_track (organization_id, video_analysis_id, track, catalog_item_id, matched_by, label, confidence,
      first_seconds, last_seconds, sightings, best, path, is_ended)
    select ${organizationId}, ${videoAnalysisId}, t.*
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as t(
      track integer, catalog_item_id uuid, matched_by text, label text, confidence float8, first_seconds float8, last_seconds float8,
      sightings integer, best jsonb, path jsonb, is_ended boolean)
    on conflict (video_analysis_id, track) do update set
      catalog_item_id = excluded.catalog_item_id, matched_by = excluded.matched_by, label = excluded.label, confidence = excluded.confidence,
      last_seconds = excluded.last_seconds, sightings = excluded.sightings, best = excluded.best,
      path = excluded.path, is_ended = excluded.is_ended`.execute(trx);
}

/** A page of frames in the order of time, with the second that each belongs to. */
export async function listFrames(
  db: Kysely<DB>,
  organizationId: string,
  videoAnalysisId: string,
  range: { fromSeconds: number | null; toSeconds: number | null; afterSeconds: number | null; limit: number },
): Promise<FoundFrame[]> {
  const { rows } = await sql<{ frame: FoundFrame }>`
    select frame from video_second s cross join lateral jsonb_array_elements(s.frames) as frame
    where s.organization_id = ${organizationId} and s.video_analysis_id = ${videoAnalysisId}
      and s.second >= floor(greatest(${range.fromSeconds ?? 0}::float8, ${range.afterSeconds ?? 0}::float8))
      and (${range.toSeconds}::float8 is null or s.second <= ${range.toSeconds}::float8)
      and (frame ->> 'timeSeconds')::float8 >= ${range.fromSeconds ?? 0}::float8
      and (${range.toSeconds}::float8 is null or (frame ->> 'timeSeconds')::float8 < ${range.toSeconds}::float8)
      and (${range.afterSeconds}::float8 is null or (frame ->> 'timeSeconds')::float8 > ${range.afterSeconds}::float8)
    order by (frame ->> 'timeSeconds')::float8
    limit ${range.limit}`.execute(db);
  return withNames(db, videoAnalysisId, rows);
}

/**
 * The frames of the first intervals of a length that have any. Only seconds with frames have a row, and an interval lies in at most
 * `seconds` of them, rounded up, and one more: so many rows are read, not all that follow.
 */
export async function listIntervalFrames(
  db: Kysely<DB>,
  organizationId: string,
  videoAnalysisId: string,
  range: { fromSeconds: number; toSeconds: number | null; seconds: number; limit: number },
): Promise<FoundFrame[]> {
  const rowsAtMost = range.limit * (Math.ceil(range.seconds) + 1);
  const { rows } = await sql<{ frame: FoundFrame }>`
    with inside as (
      select frame, (frame ->> 'timeSeconds')::float8 as time
      from (
        select frames from video_second
        where organization_id = ${organizationId} and video_analysis_id = ${videoAnalysisId}
          and second >= floor(${range.fromSeconds}::float8)
          and (${range.toSeconds}::float8 is null or second <= ${range.toSeconds}::float8)
        order by second limit ${rowsAtMost}
      ) s cross join lateral jsonb_array_elements(s.frames) as frame),
    wanted as (
      select frame, time, dense_rank() over (order by floor(time / ${range.seconds}::float8 + ${timeTolerance}::float8)) as rank
      from inside
      where time >= ${range.fromSeconds}::float8 and (${range.toSeconds}::float8 is null or time < ${range.toSeconds}::float8))
    select frame from wanted where rank <= ${range.limit} order by time`.execute(db);
  return withNames(db, videoAnalysisId, rows);
}

/** What each track is taken for now. */
async function withNames(
  db: Kysely<DB>,
  videoAnalysisId: string,
  rows: readonly { frame: FoundFrame }[],
): Promise<FoundFrame[]> {
  const frames = rows.map(({ frame }) => frame);
  const tracks = await db
    .selectFrom('video_track')
    .select(['track', 'catalog_item_id as itemId', 'matched_by as matchedBy', 'confidence'])
    .where('video_analysis_id', '=', videoAnalysisId)
    .where('track', '=', sql<number>`any(${tracksIn(frames)}::integer[])`)
    .execute();
  const names = new Map(tracks.map(({ track, ...name }) => [track, name as TrackName]));
  return nameFrames(frames, (track) => names.get(track) ?? null);
}

/** Frames of whole seconds, for a worker that goes on with the analysis: in pages, because an hour has thousands. */
export async function listSeconds(
  db: Kysely<DB>,
  videoAnalysisId: string,
  page: { from: number; limit: number },
): Promise<FoundSecond[]> {
  const rows = await db
    .selectFrom('video_second')
    .select(['second', 'frames'])
    .where('video_analysis_id', '=', videoAnalysisId)
    .where('second', '>=', page.from)
    .orderBy('second')
    .limit(page.limit)
    .execute();
  return rows.map(({ second, frames }) => ({ second, frames: frames as unknown as FoundFrame[] }));
}
