/** Which frames of a video are analysed. */
export interface Sampling {
  /** At most one frame of each interval of 1 / framesPerSecond seconds. */
  framesPerSecond: number;
  keyFramesOnly: boolean;
  /** null: as many as there are. */
  maxFrames: number | null;
}

/** Sampled frames for one credit. Fewer cost a whole credit, too. */
export const framesPerCredit = 10;

export function creditsOf(frames: number): number {
  return Math.ceil(frames / framesPerCredit);
}

/** How many frames of a video of this duration are sampled at most. */
export function mostFrames({ framesPerSecond, maxFrames }: Sampling, seconds: number): number {
  // A video that is not a whole number of intervals begins one more.
  const inVideo = Math.max(1, Math.ceil(seconds * framesPerSecond));
  return Math.min(maxFrames ?? Number.POSITIVE_INFINITY, inVideo);
}
