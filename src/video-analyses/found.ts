import type { Detection } from '../recognition/detection.ts';
import type { FoundLabel } from '../recognition/labels.ts';
import type { Point } from '../recognition/tracking/similarity.ts';

/** A detection of a frame, as it is stored. Without candidates, which would be most of what an hour of video takes. */
export interface FrameDetection
  extends Pick<Detection, 'box' | 'objectness' | 'confidence' | 'itemId' | 'matchedBy' | 'label'> {
  /** The track that it belongs to; null: it is too uncertain to begin one. */
  track: number | null;
  /** true: it was compared with the catalogue. Where tracks are named, the others have no item: theirs is that of the track. */
  isLook?: boolean | undefined;
}

/** One analysed frame, as `video_second.frames` stores it. */
export interface FoundFrame {
  /** From the beginning of the video. */
  timeSeconds: number;
  /** Pixels, as shown. */
  width: number;
  height: number;
  detections: FrameDetection[];
  /** Of the whole frame, most probable first; empty unless the pipeline labels pictures. */
  labels: FoundLabel[];
  /** null: not a FILTER task. */
  accepted: boolean | null;
  /** How far the content moved since the frame before, as the tracker is told (TrackedFrame.moved). */
  moved?: Point | null | undefined;
}

/** What was found in one second of a video. */
export interface FoundSecond {
  /** It contains the frames from this time up to the next second. */
  second: number;
  frames: FoundFrame[];
}

/** One sighting of a thing: when, and where in the frame (pixels). */
export interface Sighting {
  timeSeconds: number;
  box: [x: number, y: number, width: number, height: number];
}

/** One thing that was seen in one or more frames. */
export interface FoundTrack {
  /** From 1, in the order in which they were first seen. */
  track: number;
  /** What most of its sightings were named as, by confidence. */
  itemId: string | null;
  /** How the item was determined in the most certain sighting with it; null: no item. */
  matchedBy: Detection['matchedBy'];
  /** The detector's class. */
  label: string | null;
  /** Of the most certain sighting with this item or label, 0..1. */
  confidence: number;
  firstSeconds: number;
  lastSeconds: number;
  /** Number of frames that show it. */
  sightings: number;
  /** The most certain sighting, and the size of its frame. */
  best: Sighting & { width: number; height: number };
  path: Sighting[];
  /** It was not seen for some time. What stands still may come back into view; then it goes on. */
  isEnded: boolean;
}

/** How often each item, or label, was seen in frames: the detections of an item, or the frames with a label. */
export interface FrameCount {
  /** null: detections that are none of the items, or labels. */
  itemId: string | null;
  /** null: counted by item. */
  label: string | null;
  count: number;
}

/** Counts over frames, the most frequent first. */
export function countFrames(frames: readonly FoundFrame[]): FrameCount[] {
  const counts = new Map<string, FrameCount>();
  const add = (itemId: string | null, label: string | null) => {
    const key = `${itemId} ${label}`;
    const known = counts.get(key);
    if (known) known.count += 1;
    else counts.set(key, { itemId, label, count: 1 });
  };
  for (const { detections, labels } of frames) {
    for (const { itemId, label } of detections) add(itemId, itemId === null ? label : null);
    for (const { name } of labels) add(null, name);
  }
  return [...counts.values()].sort((a, b) => b.count - a.count);
}
