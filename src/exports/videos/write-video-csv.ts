import { submittedColumnNames } from '../../analyses/submitted-fields.ts';
import { encodeId } from '../../ids.ts';
import { countFrames, type FoundFrame, type FoundTrack } from '../../video-analyses/found.ts';
import { secondOf } from '../../video-analyses/time.ts';
import type { TrackRow } from '../../video-analyses/video-analyses.repository.ts';
import { byteOrderMark, type Columns, cellsOf, csvLine, toCell } from '../csv.ts';
import type { NamedItem, NamedItems } from '../named-items.ts';
import type { TextFile } from '../text-file.ts';
import type { ExportedVideoRow } from './read-videos.repository.ts';
import type { ExportedVideo } from './read-videos.ts';

/** One record: a track, a second, or an analysis that has neither. Absent cells are empty. */
interface Found {
  record: 'TRACK' | 'SECOND' | 'ANALYSIS';
  track?: TrackRow;
  named?: NamedItem | undefined;
  fromSeconds?: number;
  toSeconds?: number;
  /** Frames that show the track, or that were analysed of the second. */
  frames?: number;
  /** In all frames of the second. */
  detections?: number;
  /** What the frames of the second show, as JSON. */
  counts?: string;
}

const analysisColumns: Columns<ExportedVideoRow> = [
  ['analysis_id', ({ id }) => encodeId('videoAnalysis', id)],
  ['task_id', ({ task_id }) => encodeId('task', task_id)],
  ['task_name', ({ task_name }) => task_name],
  ['video_id', ({ video_id }) => video_id && encodeId('video', video_id)],
  ['filename', ({ filename }) => filename],
  ['video_width', ({ width }) => width],
  ['video_height', ({ height }) => height],
  ['duration_seconds', ({ decoded_seconds, header_seconds }) => decoded_seconds ?? header_seconds],
  ['recorded_at', ({ recorded_at }) => recorded_at?.toISOString()],
  ...submittedColumnNames.map((name): Columns<ExportedVideoRow>[number] => [name, (row) => toCell(row[name])]),
  ['pipeline', ({ pipeline }) => pipeline],
  ['created_at', ({ created_at }) => created_at.toISOString()],
  ['finished_at', ({ finished_at }) => finished_at?.toISOString()],
  ['status', ({ status }) => status],
  ['failure_code', ({ failure_code }) => failure_code],
  ['failure_message', ({ failure_message }) => failure_message],
];

const foundColumns: Columns<Found> = [
  ['record', ({ record }) => record],
  ['from_seconds', ({ fromSeconds }) => fromSeconds],
  ['to_seconds', ({ toSeconds }) => toSeconds],
  ['frames', ({ frames }) => frames],
  ['track', ({ track }) => track?.track],
  ['catalog_item_id', ({ named }) => named?.publicId],
  ['catalog_item_name', ({ named }) => named?.item?.name],
  ['catalog_item_custom_id', ({ named }) => named?.item?.customId],
  ['catalog_item_barcode', ({ named }) => named?.item?.barcode],
  ['label', ({ track }) => track?.label],
  ['confidence', ({ track }) => track?.confidence],
  ['has_ended', ({ track }) => track?.is_ended],
  ['best_seconds', ({ track }) => bestOf(track)?.timeSeconds],
  ['best_x', ({ track }) => bestOf(track)?.box[0]],
  ['best_y', ({ track }) => bestOf(track)?.box[1]],
  ['best_width', ({ track }) => bestOf(track)?.box[2]],
  ['best_height', ({ track }) => bestOf(track)?.box[3]],
  ['detections', ({ detections }) => detections],
  ['counts', ({ counts }) => counts],
];

function bestOf(track: TrackRow | undefined): FoundTrack['best'] | undefined {
  return track?.best as FoundTrack['best'] | undefined;
}

const header = [...analysisColumns, ...foundColumns].map(([name]) => name);

/**
 * A header, then for each analysis a record for each track and a record for each second in which frames were analysed; an analysis with
 * neither has one record.
 * @returns how many records
 */
export async function writeVideoCsv(
  videos: AsyncIterable<ExportedVideo>,
  file: TextFile,
  options: { byteOrderMark: boolean },
): Promise<number> {
  let rows = 0;
  await file.write(`${options.byteOrderMark ? byteOrderMark : ''}${csvLine(header)}`);
  for await (const video of videos) {
    const begin = cellsOf(analysisColumns, video.row);
    const before = rows;
    const write = async (found: readonly Found[]) => {
      rows += found.length;
      await file.write(found.map((one) => `${begin},${cellsOf(foundColumns, one)}\r\n`).join(''));
    };
    for await (const { results, items } of video.tracks())
      await write(results.map((track) => ofTrack(track, items.get(track.catalog_item_id ?? ''))));
    for await (const { results, items } of video.seconds()) await write([ofSecond(results, items)]);
    if (rows === before) await write([{ record: 'ANALYSIS' }]);
  }
  return rows;
}

function ofTrack(track: TrackRow, named: NamedItem | undefined): Found {
  const { first_seconds: fromSeconds, last_seconds: toSeconds, sightings: frames } = track;
  return { record: 'TRACK', track, named, fromSeconds, toSeconds, frames };
}

function ofSecond(frames: readonly FoundFrame[], items: NamedItems): Found {
  const fromSeconds = secondOf(frames[0]!.timeSeconds);
  return {
    record: 'SECOND',
    fromSeconds,
    toSeconds: fromSeconds + 1,
    frames: frames.length,
    detections: frames.reduce((sum, { detections }) => sum + detections.length, 0),
    counts: JSON.stringify(
      countFrames(frames).map(({ itemId, label, count }) => {
        const { publicId = null, item = null } = items.get(itemId ?? '') ?? {};
        return { catalog_item_id: publicId, name: item?.name ?? null, label, count, mean: count / frames.length };
      }),
    ),
  };
}
