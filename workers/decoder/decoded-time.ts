import type { VideoEnd } from './video.ts';

/** How much earlier than its header says a whole file may end: sound is often a little longer than the pictures. */
const toleranceSeconds = 0.5;

/** Follows the times of decoded frames, wanted or not. */
export class DecodedTime {
  #lastSeconds: number | null = null;
  #endSeconds = 0;
  #longestGapSeconds = 0;
  /** Frames that the decoder reported as damaged. */
  damagedFrames = 0;

  /** @param durationSeconds 0: the file does not say how long the frame is shown. */
  add(timeSeconds: number, durationSeconds: number): void {
    if (this.#lastSeconds !== null)
      this.#longestGapSeconds = Math.max(this.#longestGapSeconds, timeSeconds - this.#lastSeconds);
    this.#lastSeconds = timeSeconds;
    this.#endSeconds = Math.max(this.#endSeconds, timeSeconds + durationSeconds);
  }

  /** A frame that was not decoded, because it is not wanted, may be the last one. */
  addSkipped(endSeconds: number): void {
    this.#endSeconds = Math.max(this.#endSeconds, endSeconds);
  }

  /** Where the last frame ends. */
  get endSeconds(): number {
    return this.#endSeconds;
  }

  get isEmpty(): boolean {
    return this.#lastSeconds === null;
  }

  /**
   * @param headerSeconds as in VideoInfo
   * @param isWhole whether the decoder came to the end of the file
   */
  end(headerSeconds: number | null, isWhole: boolean): VideoEnd {
    return {
      decodedSeconds: this.#endSeconds,
      truncated: isWhole && headerSeconds !== null && this.#missesFrames(headerSeconds),
      damagedFrames: this.damagedFrames,
    };
  }

  /** Whether at least one more frame should have come: frames may be far apart, and key frames alone always are. */
  #missesFrames(headerSeconds: number): boolean {
    return headerSeconds - this.#endSeconds > toleranceSeconds + this.#longestGapSeconds;
  }
}
