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

/** The index of the interval that contains a time. Times are sums of fractions, so the last digits do not count. */
export function intervalAt(timeSeconds: number, seconds: number): number {
  return Math.floor(timeSeconds / seconds + 1e-9);
}
