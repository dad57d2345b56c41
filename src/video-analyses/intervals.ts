import { countFrames, type FoundFrame, type FrameCount } from './found.ts';

/** Counts of the frames from one time up to another. */
export interface Interval {
  fromSeconds: number;
  /** Exclusive. */
  toSeconds: number;
  frames: number;
  /** The most frequent first. */
  counts: FrameCount[];
}

/** The interval of a length that contains each frame, in the order of time. Intervals without frames are left out. */
export function toIntervals(frames: readonly FoundFrame[], seconds: number): Interval[] {
  const byIndex = Map.groupBy(frames, ({ timeSeconds }) => intervalAt(timeSeconds, seconds));
  return [...byIndex].map(([index, inside]) => ({
    fromSeconds: index * seconds,
    toSeconds: (index + 1) * seconds,
    frames: inside.length,
    counts: countFrames(inside),
  }));
}

/** A part of an interval: times are sums of fractions, so their last digits do not count. */
export const timeTolerance = 1e-9;

/** The index of the interval that contains a time. */
export function intervalAt(timeSeconds: number, seconds: number): number {
  return Math.floor(timeSeconds / seconds + timeTolerance);
}

/**
 * From which time on frames lie in the interval after one that ends there, or in a later one. `3 * 0.1` is more than 0.3, the time of
 * the first frame behind the third interval.
 */
export function beginAfter(toSeconds: number, seconds: number): number {
  return toSeconds - timeTolerance * seconds;
}
