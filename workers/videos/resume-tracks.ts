import type { Kysely } from 'kysely';
import type { AnalysisOptions } from '../../src/analyses/options.ts';
import type { DB } from '../../src/database/types.generated.ts';
import type { LoadedPipeline } from '../../src/models/load-pipelines.ts';
import { createTracker } from '../../src/recognition/tracking/tracker.ts';
import type { ClaimedVideo } from '../../src/video-analyses/claims.repository.ts';
import { listSeconds } from '../../src/video-analyses/seconds.repository.ts';
import { TrackBook } from '../../src/video-analyses/track-book.ts';

/** Of frames with a hundred detections each, this many are read at a time. */
const secondsAtOnce = 100;

/**
 * The tracks of an analysis. If a part of it is stored, they are made again from the stored frames: the tracker is a pure function of
 * these, so it goes on where it stood, and nothing has to be stored for it.
 * @returns also the time of the last stored frame; null: none is
 */
export async function resumeTracks(
  db: Kysely<DB>,
  video: ClaimedVideo,
  pipeline: LoadedPipeline,
): Promise<{ tracks: TrackBook; lastSeconds: number | null }> {
  const { id, nextSecond, options } = video;
  const settings = { thingsMove: thingsMove(pipeline.kind), leastConfidence: leastConfidenceOf(video, pipeline) };
  const tracks = new TrackBook(createTracker(settings), { namesTracks: namesTracks(pipeline.kind, options) });
  let lastSeconds: number | null = null;
  for (let from = 0; from < nextSecond; ) {
    const seconds = await listSeconds(db, id, { from, limit: secondsAtOnce });
    const frames = seconds.flatMap((second) => second.frames);
    for (const frame of frames) tracks.add(frame);
    lastSeconds = frames.at(-1)?.timeSeconds ?? lastSeconds;
    from = seconds.length < secondsAtOnce ? nextSecond : seconds.at(-1)!.second + 1;
  }
  // They are stored.
  tracks.takeChanges();
  return { tracks, lastSeconds };
}

/** Products stand on shelves while the camera moves; of other things, the camera is taken to stand still. */
export function thingsMove(kind: LoadedPipeline['kind']): boolean {
  return kind !== 'PRODUCTS';
}

/**
 * Whether products are named once a track rather than in each frame. To give neighbours one name (smoothNeighbors), all products of a frame
 * have to be compared.
 */
export function namesTracks(kind: LoadedPipeline['kind'], { smoothNeighbors }: AnalysisOptions): boolean {
  return kind === 'PRODUCTS' && !smoothNeighbors;
}

/** The confidence from which on a thing is one, 0..1. */
export function leastConfidenceOf({ options, threshold }: ClaimedVideo, pipeline: LoadedPipeline): number {
  return options.threshold ?? threshold ?? pipeline.threshold;
}
