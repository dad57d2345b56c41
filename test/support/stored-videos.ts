import type { Pool } from 'pg';
import { newId } from '../../src/ids.ts';
import type { FoundFrame, FoundTrack, FrameDetection } from '../../src/video-analyses/found.ts';

/** Whose results they are: UUIDs. */
export interface VideoOwner {
  organizationId: string;
  taskId: string;
  videoId: string | null;
}

/** A detection of a frame as it is stored. */
export function frameDetection(more: Partial<FrameDetection> = {}): FrameDetection {
  return {
    box: [10, 20, 30.5, 40],
    objectness: 0.9,
    confidence: 0.9,
    itemId: null,
    matchedBy: null,
    label: null,
    track: null,
    ...more,
  };
}

/** A frame of 1,280 × 720 as it is stored. */
export function frameAt(timeSeconds: number, detections: FrameDetection[], more: Partial<FoundFrame> = {}): FoundFrame {
  return { timeSeconds, width: 1_280, height: 720, detections, labels: [], accepted: null, ...more };
}

/** A video analysis that has ended, with these columns, frames and tracks. @returns its UUID */
export async function insertVideoResult(
  pool: Pool,
  { organizationId, taskId, videoId }: VideoOwner,
  {
    frames,
    tracks,
  }: { frames: readonly FoundFrame[]; tracks: readonly Omit<FoundTrack, 'best' | 'isEnded' | 'matchedBy'>[] },
  columns: Record<string, unknown> = {},
): Promise<string> {
  const id = newId();
  const row: Record<string, unknown> = {
    ...{ id, organization_id: organizationId, task_id: taskId, video_id: videoId, status: 'SUCCEEDED', priority: 20 },
    ...{ pipeline: 'shelf-fast@2', frames_per_second: 2, key_frames_only: false, finished_at: new Date() },
    ...{ sampled_frames: frames.length, next_second: frames.length },
    ...columns,
  };
  const names = Object.keys(row);
  await pool.query(
    `insert into video_analysis (${names.join(', ')}) values (${names.map((_, index) => `$${index + 1}`).join(', ')})`,
    Object.values(row),
  );
  for (const [second, inside] of Map.groupBy(frames, ({ timeSeconds }) => Math.floor(timeSeconds)))
    await pool.query(
      `insert into video_second (organization_id, video_analysis_id, second, frames, frame_count, processing_ms)
       values ($1, $2, $3, $4, $5, 1)`,
      [organizationId, id, second, JSON.stringify(inside), inside.length],
    );
  for (const { path, ...track } of tracks)
    await pool.query(
      `insert into video_track (organization_id, video_analysis_id, track, catalog_item_id, label, confidence, first_seconds,
         last_seconds, sightings, best, path, is_ended) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, true)`,
      [
        ...[organizationId, id, track.track, track.itemId, track.label, track.confidence, track.firstSeconds],
        ...[track.lastSeconds, track.sightings, JSON.stringify({ ...path[0], width: 1_280, height: 720 })],
        JSON.stringify(path),
      ],
    );
  return id;
}
