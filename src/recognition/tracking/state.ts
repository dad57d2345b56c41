import type { Box, Size } from '../box.ts';
import type { Key, KeyedBox } from './match.ts';
import { identity, type Point, type Similarity } from './similarity.ts';
import type { Track } from './track.ts';

export interface TrackerOptions {
  /**
   * Whether things move by themselves (people, animals, vehicles). If so, the camera is taken to stand still. If not (products of a
   * shelf), it may move, turn and zoom, and what left the view and returns is the same thing.
   */
  thingsMove: boolean;
  /** A thing that is as certain as this begins a track, 0..1. Less certain ones only prolong tracks, as in ByteTrack (Zhang et al., 2022). */
  leastConfidence: number;
}

/** A sampled frame. Its boxes are pixels of the picture as shown. */
export interface TrackedFrame extends Size {
  timeSeconds: number;
  boxes: readonly (Box & { key: Key; confidence: number })[];
  /**
   * How far the content moved since the frame before, in pixels, as the pixels show (frame-shift.ts). Null: both pictures show nothing in
   * common. Absent: nobody looked.
   */
  moved?: Point | null;
}

export type SeenBox = KeyedBox & { confidence: number };

/** Plain data: a tracker that is made of it goes on where the one that it was taken of stood. */
export interface TrackerState {
  /** Frame to pan of the last frame. */
  similarity: Similarity;
  /** Pixels of the pan a second. */
  drift: Point;
  timeSeconds: number | null;
  /** What frames showed so far, in the pan. */
  views: readonly Box[];
  tracks: readonly Track[];
  nextId: number;
}

export const beginning: TrackerState = {
  ...{ similarity: identity, drift: [0, 0], timeSeconds: null },
  ...{ views: [], tracks: [], nextId: 1 },
};
