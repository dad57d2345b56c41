import type { Sampling } from './video.ts';

/** Containers round times, Matroska to a millisecond: a frame that is this much early still belongs to the interval after it. */
const roundingSeconds = 0.001;

/** The number of the interval in which a frame lies. */
export function intervalOf(timeSeconds: number, framesPerSecond: number): number {
  return Math.floor((timeSeconds + roundingSeconds) * framesPerSecond);
}

/** Picks frames by their times, in the order of the video: never by their numbers, because frame rates vary and headers lie. */
export class Sampler {
  readonly #sampling: Sampling;
  #interval = -1;
  #picked = 0;

  constructor(sampling: Sampling) {
    this.#sampling = sampling;
  }

  /** Whether the frame at this time, the next one in the video, is wanted. */
  picks(timeSeconds: number): boolean {
    const { framesPerSecond, fromSeconds } = this.#sampling;
    const interval = intervalOf(timeSeconds, framesPerSecond);
    if (interval <= this.#interval) return false;
    this.#interval = interval;
    if (timeSeconds + roundingSeconds < fromSeconds) return false;
    this.#picked += 1;
    return true;
  }

  /** Whether no further frame is wanted. */
  get isFull(): boolean {
    return this.#sampling.maxFrames !== null && this.#picked >= this.#sampling.maxFrames;
  }
}

/**
 * The same as expressions of FFmpeg's `select` filter, each of which is given only the frames that those before it have picked.
 * @param startSeconds the time of the video's beginning on the clock of the filter
 */
export function selectExpressions({ framesPerSecond, fromSeconds }: Sampling, startSeconds: number): string[] {
  const offset = startSeconds - roundingSeconds;
  const interval = (time: string) => `floor((${time}-(${offset}))*${framesPerSecond})`;
  return [
    `isnan(prev_selected_t)+gt(${interval('t')},${interval('prev_selected_t')})`,
    `gte(t-(${offset}),${fromSeconds})`,
  ];
}

/**
 * Where decoding must begin so that all frames of the first wanted interval are seen; null: at the beginning. Decoders go back from
 * there to the frame that can be decoded without others.
 */
export function seekSeconds({ framesPerSecond, fromSeconds }: Sampling): number | null {
  const seek = Math.floor(fromSeconds * framesPerSecond) / framesPerSecond - 0.5;
  return seek > 0 ? seek : null;
}
