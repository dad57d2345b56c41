import { readSubmitted } from '../../analyses/submitted-fields.ts';
import { encodeId, type IdKind } from '../../ids.ts';
import { readFailure } from '../../shared/failure.ts';
import type { FoundFrame, FoundTrack, Sighting } from '../../video-analyses/found.ts';
import type { TrackRow } from '../../video-analyses/video-analyses.repository.ts';
import { type NamedItems, toItem } from '../named-items.ts';
import type { TextFile } from '../text-file.ts';
import type { ExportedVideoRow } from './read-videos.repository.ts';
import type { ExportedVideo } from './read-videos.ts';

/**
 * Lines of JSON with the names of the schema: for each analysis in any status one about it (`record: "ANALYSIS"`), then one for each
 * track, then one for each frame. All in one line would be too long to read: an hour of video has thousands of frames.
 * @returns how many lines
 */
export async function writeVideoJsonl(videos: AsyncIterable<ExportedVideo>, file: TextFile): Promise<number> {
  let rows = 0;
  const write = async (records: object[]) => {
    rows += records.length;
    await file.write(records.map((record) => `${JSON.stringify(record)}\n`).join(''));
  };
  for await (const video of videos) {
    const analysisId = encodeId('videoAnalysis', video.row.id);
    await write([toAnalysis(video.row)]);
    for await (const { results, items } of video.tracks())
      await write(results.map((track) => ({ record: 'TRACK', analysisId, ...toTrack(track, items) })));
    for await (const { results, items } of video.frames())
      await write(results.map((frame) => ({ record: 'FRAME', analysisId, ...toFrame(frame, items) })));
  }
  return rows;
}

function toAnalysis(row: ExportedVideoRow): object {
  return {
    record: 'ANALYSIS',
    id: encodeId('videoAnalysis', row.id),
    status: row.status,
    failure: readFailure(row),
    task: { id: encodeId('task', row.task_id), name: row.task_name },
    rerunOfId: encodeIfAny('videoAnalysis', row.rerun_of),
    video: toVideo(row),
    ...readSubmitted(row),
    sampling: {
      framesPerSecond: row.frames_per_second,
      keyFramesOnly: row.key_frames_only,
      maxFrames: row.max_frames,
    },
    options: row.options,
    pipeline: row.pipeline,
    createdAt: row.created_at,
    startedAt: row.started_at,
    finishedAt: row.finished_at,
    sampledFrames: row.sampled_frames,
  };
}

function toVideo(row: ExportedVideoRow): object | null {
  if (row.video_id === null) return null;
  return {
    id: encodeId('video', row.video_id),
    filename: row.filename,
    mimeType: row.mime_type,
    sha256: row.sha256,
    recordedAt: row.recorded_at,
    width: row.width,
    height: row.height,
    durationSeconds: row.header_seconds,
    decodedSeconds: row.decoded_seconds,
  };
}

function toTrack(row: TrackRow, items: NamedItems): object {
  return {
    track: row.track,
    catalogItem: toItem(row.catalog_item_id, items),
    label: row.label,
    confidence: row.confidence,
    firstSeconds: row.first_seconds,
    lastSeconds: row.last_seconds,
    sightings: row.sightings,
    hasEnded: row.is_ended,
    bestSighting: toSighting(row.best as FoundTrack['best']),
    path: (row.path as Sighting[]).map(toSighting),
  };
}

function toSighting({ timeSeconds, box }: Sighting): object {
  return { timeSeconds, box: toBox(box) };
}

function toFrame({ timeSeconds, width, height, detections, labels, accepted }: FoundFrame, items: NamedItems): object {
  return {
    timeSeconds,
    width,
    height,
    detections: detections.map(({ track, box, objectness, confidence, itemId, matchedBy, label }) => ({
      ...{ track, box: toBox(box), objectness, confidence },
      ...{ catalogItem: toItem(itemId, items), matchedBy, label },
    })),
    labels,
    accepted,
  };
}

function toBox([x, y, width, height]: Sighting['box']): object {
  return { x, y, width, height };
}

function encodeIfAny(kind: IdKind, uuid: string | null): string | null {
  return uuid === null ? null : encodeId(kind, uuid);
}
