import { roundShare } from '../../src/recognition/rounding.ts';
import type { FoundFrame, FrameDetection } from '../../src/video-analyses/found.ts';
import type { TrackBook } from '../../src/video-analyses/track-book.ts';
import type { FailedOutcome, NameFrameOutcome, Timings } from '../engines/pool/pool.ts';
import type { AnalyzedFrame, FrameAnalyzer } from './frame-analyzer.ts';

export interface FollowedFrame {
  ok: true;
  frame: FoundFrame;
  timings: Pick<Timings, 'inferenceMs' | 'matchMs'>;
}

export interface Following {
  tracks: TrackBook;
  analyzer: Pick<FrameAnalyzer, 'name'>;
  /** A name with less confidence is none, 0..1. */
  leastConfidence: number;
}

/**
 * Gives what a frame shows to tracks, and names those products that it shows better than the frames before: to compare all products of all
 * frames with the catalogue would take most of the time.
 */
export async function followFrame(
  { found, pixels, timings }: AnalyzedFrame,
  { tracks, analyzer, leastConfidence }: Following,
): Promise<FollowedFrame | FailedOutcome> {
  const followed = tracks.follow(found);
  const looks = analyzer.name ? tracks.worthALook(followed) : [];
  if (!analyzer.name || looks.length === 0) {
    tracks.note(followed);
    return { ok: true, frame: followed, timings };
  }
  const outcome = await analyzer.name(
    pixels,
    looks.map((index) => followed.detections[index]!),
  );
  if (!outcome.ok) return outcome;
  const names = new Map(looks.map((index, at) => [index, outcome.names[at]!]));
  const detections = followed.detections.map((detection, index) =>
    nameDetection(detection, names.get(index), leastConfidence),
  );
  const frame = { ...followed, detections };
  tracks.note(frame);
  return {
    ok: true,
    frame,
    timings: {
      inferenceMs: timings.inferenceMs + outcome.timings.inferenceMs,
      matchMs: timings.matchMs + outcome.timings.matchMs,
    },
  };
}

function nameDetection(
  detection: FrameDetection,
  name: NameFrameOutcome['names'][number] | undefined,
  leastConfidence: number,
): FrameDetection {
  if (!name) return detection;
  const { itemId, matchedBy, confidence } = name;
  if (itemId === null || confidence < leastConfidence) return { ...detection, isLook: true };
  return { ...detection, itemId, matchedBy, confidence: roundShare(confidence), isLook: true };
}
