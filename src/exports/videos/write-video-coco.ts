import { readSubmitted } from '../../analyses/submitted-fields.ts';
import { encodeId } from '../../ids.ts';
import { CocoCategories, cocoAnnotation } from '../../recognition/coco.ts';
import { plainDetectionFields, snakeCase } from '../../recognition/detection.ts';
import type { FoundFrame, FrameDetection } from '../../video-analyses/found.ts';
import type { TrackRow } from '../../video-analyses/video-analyses.repository.ts';
import { FileNames } from '../file-names.ts';
import type { TextFile } from '../text-file.ts';
import { type CocoTarget, writeCategories } from '../write-coco.ts';
import type { ExportedVideoRow } from './read-videos.repository.ts';
import type { ExportedVideo } from './read-videos.ts';

export interface VideoCocoTarget extends Omit<CocoTarget, 'aside'> {
  file: TextFile;
  /** For the lists that come later in the document than the images, until all images are written. */
  asides: { annotations: TextFile; tracks: TextFile; videos: TextFile };
}

/** A list of the document: its entries are numbered from 1. */
class List {
  count = 0;
  readonly #file: TextFile;

  constructor(file: TextFile) {
    this.#file = file;
  }

  async add(entries: readonly object[]): Promise<void> {
    const texts = entries.map((entry) => {
      this.count += 1;
      return `${this.count === 1 ? '' : ','}\n${JSON.stringify({ ...entry, id: this.count })}`;
    });
    await this.#file.write(texts.join(''));
  }
}

/**
 * One COCO document as for tracking (TAO): an entry in `videos` for each analysis, in `images` for each analysed frame, in `tracks` for
 * each thing, and in `annotations` for each detection of a frame, with `video_id` and `track_id`.
 * @returns how many annotations
 */
export async function writeVideoCoco(
  videos: AsyncIterable<ExportedVideo>,
  { file, asides, findItems }: VideoCocoTarget,
): Promise<number> {
  const categories = new CocoCategories();
  const names = new FileNames();
  const images = new List(file);
  const annotations = new List(asides.annotations);
  const tracks = new List(asides.tracks);
  const all = new List(asides.videos);
  await file.write('{"info":{"description":"Exported by Sightline"},"images":[');
  for await (const { row, tracks: readTracks, frames: readFrames } of videos) {
    const name = names.take(row.filename, { otherwise: nameOf(row), id: all.count + 1 });
    await all.add([toVideo(row, name)]);
    const videoId = all.count;
    const trackIds = new Map<number, number>();
    for await (const { results } of readTracks()) {
      for (const [index, { track }] of results.entries()) trackIds.set(track, tracks.count + index + 1);
      await tracks.add(results.map((track) => ({ video_id: videoId, ...toTrack(track, categories) })));
    }
    for await (const { results } of readFrames()) {
      const firstImage = images.count + 1;
      await images.add(results.map((frame) => ({ video_id: videoId, ...toImage(frame, name) })));
      const found = results.flatMap(({ detections }, index) =>
        detections.map((detection) => {
          const ids = { image_id: firstImage + index, category_id: categories.idOf(categorised(detection)) };
          const track_id = trackIds.get(detection.track ?? 0) ?? null;
          return { ...toAnnotation(detection, ids), video_id: videoId, track_id };
        }),
      );
      await annotations.add(found);
    }
  }
  for (const [list, aside] of Object.entries(asides)) {
    await file.write(`\n],"${list}":[`);
    await file.append(aside);
  }
  await writeCategories(categories, file, findItems);
  return annotations.count;
}

/** Tools need a name. For a deleted video, only the analysis is known. */
function nameOf({ id, video_id }: ExportedVideoRow): string {
  return video_id === null ? encodeId('videoAnalysis', id) : encodeId('video', video_id);
}

function toVideo(row: ExportedVideoRow, name: string): object {
  return {
    name,
    width: row.width,
    height: row.height,
    ...(row.recorded_at && { date_captured: row.recorded_at }),
    analysis_id: encodeId('videoAnalysis', row.id),
    public_video_id: row.video_id && encodeId('video', row.video_id),
    task_id: encodeId('task', row.task_id),
    status: row.status,
    ...Object.fromEntries(Object.entries(readSubmitted(row)).map(([field, value]) => [snakeCase(field), value])),
    frames_per_second: row.frames_per_second,
  };
}

function toTrack(row: TrackRow, categories: CocoCategories): object {
  return {
    category_id: categories.idOf(categorised({ itemId: row.catalog_item_id, label: row.label })),
    track: row.track,
    score: row.confidence,
    first_seconds: row.first_seconds,
    last_seconds: row.last_seconds,
    sightings: row.sightings,
  };
}

/** The pictures are not part of the export: the name tells the time, to the millisecond. */
function toImage({ timeSeconds, width, height, labels, accepted }: FoundFrame, video: string): object {
  const file_name = `${video}/${timeSeconds.toFixed(3).padStart(9, '0')}.jpg`;
  return { width, height, file_name, time_seconds: timeSeconds, labels, accepted };
}

/** Stored frames do not tell the groups of labels. */
function categorised({ itemId, label }: Pick<FrameDetection, 'itemId' | 'label'>) {
  return { itemId, label, group: label === null ? null : 'object' };
}

/** The confidence is the score. */
const plainFields = plainDetectionFields.filter((name) => name !== 'confidence');

function toAnnotation(detection: FrameDetection, ids: { image_id: number; category_id: number }): object {
  return {
    // The list numbers its entries.
    ...cocoAnnotation(detection, { id: 0, ...ids }),
    ...Object.fromEntries(plainFields.map((name) => [snakeCase(name), detection[name]])),
  };
}
