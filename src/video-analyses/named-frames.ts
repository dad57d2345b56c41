import type { FoundFrame, FoundTrack, FrameDetection } from './found.ts';

/** What a track is taken for. */
export type TrackName = Pick<FoundTrack, 'itemId' | 'matchedBy' | 'confidence'>;

/** Frames in which every detection has the item of its track: frames store only what was seen in them. @param nameOf null: unknown track */
export function nameFrames(frames: readonly FoundFrame[], nameOf: (track: number) => TrackName | null): FoundFrame[] {
  return frames.map((frame) => ({ ...frame, detections: frame.detections.map((one) => nameDetection(one, nameOf)) }));
}

function nameDetection(detection: FrameDetection, nameOf: (track: number) => TrackName | null): FrameDetection {
  const name = detection.track === null ? null : nameOf(detection.track);
  if (!name || name.itemId === detection.itemId) return detection;
  const { itemId, matchedBy, confidence } = name;
  return { ...detection, itemId, matchedBy, confidence: itemId === null ? detection.objectness : confidence };
}

/** The tracks that frames show. */
export function tracksIn(frames: readonly FoundFrame[]): number[] {
  return [...new Set(frames.flatMap(({ detections }) => detections.flatMap(({ track }) => track ?? [])))];
}
