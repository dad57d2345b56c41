import type { Box } from '../box.ts';
import type { Key, KeyedBox } from './match.ts';
import { centreOf, type Point } from './similarity.ts';

/** One thing in a video: a facing, a person, an animal. Plain data, so that it can be stored between frames. */
export interface Track {
  /** From 1, in the order of first sight. */
  id: number;
  /** In the coordinates of the pan: where it stands, or where it was seen last if it moves. */
  box: Box;
  /** All its sightings were cut by the frame's edge, so that `box` is a part of it. */
  isCut: boolean;
  /** Pixels a second, by itself. Nothing for what stands still. */
  velocity: Point;
  /** What it was taken for, with the sum of confidences. Unnamed sightings are not in it. */
  keys: Record<string, number>;
  firstSeconds: number;
  lastSeconds: number;
  sightings: number;
  /** It left the view, or was not found again for some time. What stands still may come back into view: it is the same track then. */
  hasEnded: boolean;
}

/** What it was taken for most, by confidence. */
export function keyOf({ keys }: Pick<Track, 'keys'>): Key {
  const best = Object.entries(keys).reduce<[Key, number]>((a, b) => (b[1] > a[1] ? b : a), [null, 0]);
  return best[0];
}

/** A track in the tracker's own form of a box. */
export function toKeyedBox(track: Track): KeyedBox {
  return { ...track.box, key: keyOf(track), isCut: track.isCut };
}

/** Where it is expected. What moves is expected to go on as before, but not for longer than its course says anything. */
export function expectAt(track: Track, timeSeconds: number): KeyedBox {
  const seconds = Math.min(coursesHoldSeconds, timeSeconds - track.lastSeconds);
  const [vx, vy] = track.velocity;
  return { ...toKeyedBox(track), x: track.box.x + vx * seconds, y: track.box.y + vy * seconds };
}

const coursesHoldSeconds = 1.5;

type Sighting = KeyedBox & { confidence: number };

export function beginTrack(id: number, sighting: Sighting, timeSeconds: number): Track {
  const { x, y, width, height, key, confidence, isCut = false } = sighting;
  return {
    ...{ id, box: { x, y, width, height }, isCut, velocity: [0, 0], keys: addKey({}, key, confidence) },
    ...{ firstSeconds: timeSeconds, lastSeconds: timeSeconds, sightings: 1, hasEnded: false },
  };
}

export function prolong(track: Track, sighting: Sighting, timeSeconds: number, moves: { thingsMove: boolean }): Track {
  const place = moves.thingsMove ? follow(track, sighting, timeSeconds) : settle(track, sighting);
  const keys = addKey(track.keys, sighting.key, sighting.confidence);
  return { ...track, ...place, keys, lastSeconds: timeSeconds, sightings: track.sightings + 1, hasEnded: false };
}

/** A mean over sightings, so that a box that is a little off moves it less each time. */
const longestMean = 8;

function settle(track: Track, sighting: Sighting): Pick<Track, 'box' | 'isCut'> {
  const { x, y, width, height, isCut = false } = sighting;
  if (isCut && !track.isCut) return track;
  const isFirstWhole = track.isCut && !isCut;
  if (isFirstWhole || isCut) return { box: { x, y, width, height }, isCut };
  const weight = 1 / Math.min(longestMean, track.sightings + 1);
  const mean = (old: number, now: number) => old + weight * (now - old);
  const { box } = track;
  return {
    box: { x: mean(box.x, x), y: mean(box.y, y), width: mean(box.width, width), height: mean(box.height, height) },
    isCut,
  };
}

/** Of a new velocity in the mean: a box that is a little off is not yet a turn. */
const newVelocity = 0.6;

function follow(track: Track, sighting: Sighting, timeSeconds: number): Pick<Track, 'box' | 'isCut' | 'velocity'> {
  const { x, y, width, height, isCut = false } = sighting;
  const seconds = timeSeconds - track.lastSeconds;
  const [fromX, fromY] = centreOf(track.box);
  const [toX, toY] = centreOf(sighting);
  const weight = track.sightings === 1 ? 1 : newVelocity;
  const blend = (old: number, moved: number) => old + weight * (moved / seconds - old);
  const velocity: Point =
    seconds > 0 ? [blend(track.velocity[0], toX - fromX), blend(track.velocity[1], toY - fromY)] : track.velocity;
  return { box: { x, y, width, height }, isCut, velocity };
}

function addKey(keys: Record<string, number>, key: Key, confidence: number): Record<string, number> {
  return key === null ? keys : { ...keys, [key]: (keys[key] ?? 0) + confidence };
}
