import type { Box, Size } from '../box.ts';
import { mapAll } from './camera-motion.ts';
import { prolongTracks } from './match-tracks.ts';
import { placeFrame } from './place-frame.ts';
import { beginning, type SeenBox, type TrackedFrame, type TrackerOptions, type TrackerState } from './state.ts';
import { beginTrack, type Track } from './track.ts';

export interface Tracked {
  /** The track of each box; null: too uncertain to begin one. */
  trackIds: (number | null)[];
  started: number[];
  /** Those of which this frame shows that they ended. */
  ended: number[];
}

export interface Tracker {
  /** Frames must come in the order of time. */
  advance(frame: TrackedFrame): Tracked;
  readonly state: TrackerState;
}

/**
 * Follows things through the sampled frames of a video: what is on a shelf once is one track, however many frames show it.
 * @param from what an earlier tracker's `state` was, to go on from there
 */
export function createTracker(options: TrackerOptions, from: TrackerState = beginning): Tracker {
  let state = from;
  return {
    get state() {
      return state;
    },
    advance(frame) {
      const next = advance(state, frame, options);
      state = next.state;
      return next.tracked;
    },
  };
}

function advance(before: TrackerState, frame: TrackedFrame, options: TrackerOptions) {
  const boxes = frame.boxes.map((box): SeenBox => ({ ...box, isCut: isCutByEdge(box, frame) }));
  const placed = options.thingsMove ? { ...before, left: [] } : placeFrame(before, frame, boxes, options);
  const seen = mapAll(placed.similarity, boxes);
  const prolonged = prolongTracks(placed.tracks, seen, frame, options);
  const begun = beginTracks(placed.nextId, seen, prolonged.trackIds, frame, options);
  const { kept, ended } = endTracks([...prolonged.tracks, ...begun.tracks], frame, options);
  const { similarity, drift, views } = placed;
  const { timeSeconds } = frame;
  const nextId = placed.nextId + begun.tracks.length;
  const started = begun.tracks.map(({ id }) => id);
  const tracked: Tracked = { trackIds: begun.trackIds, started, ended: [...placed.left, ...ended] };
  return { state: { similarity, drift, timeSeconds, views, tracks: kept, nextId }, tracked };
}

function beginTracks(
  nextId: number,
  seen: readonly SeenBox[],
  matched: readonly (number | null)[],
  { timeSeconds }: TrackedFrame,
  options: TrackerOptions,
) {
  const tracks: Track[] = [];
  const trackIds = matched.map((id, index) => {
    const box = seen[index]!;
    if (id !== null || box.confidence < options.leastConfidence) return id;
    tracks.push(beginTrack(nextId + tracks.length, box, timeSeconds));
    return tracks.at(-1)!.id;
  });
  return { tracks, trackIds };
}

/** A track that was not found for longer has ended. */
const lostAfterSeconds = 3;

/** What stands still is kept, for when it comes back into view. */
function endTracks(tracks: readonly Track[], { timeSeconds }: TrackedFrame, options: TrackerOptions) {
  const isLost = (track: Track) => !track.hasEnded && timeSeconds - track.lastSeconds > lostAfterSeconds;
  const ended = tracks.filter(isLost).map(({ id }) => id);
  const kept = options.thingsMove
    ? tracks.filter((track) => !isLost(track))
    : tracks.map((track) => (isLost(track) ? { ...track, hasEnded: true } : track));
  return { kept, ended };
}

/** Of the width or height: a box that comes nearer to the edge of the frame is taken to be cut by it. */
const edge = 0.005;

export function isCutByEdge({ x, y, width, height }: Box, frame: Size): boolean {
  const across = edge * frame.width;
  const down = edge * frame.height;
  return x <= across || y <= down || x + width >= frame.width - across || y + height >= frame.height - down;
}
