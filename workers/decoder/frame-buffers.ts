import type { VideoInfo } from './video.ts';

/**
 * The memory of the frames of one video, which all have one size. What is given back serves a later frame: a buffer of 6 MB for each one
 * made the garbage collector run for each one, which took 5 ms of processor time.
 */
export class FrameBuffers {
  readonly #sizeBytes: number;
  readonly #free: Buffer[] = [];

  constructor({ width, height }: Pick<VideoInfo, 'width' | 'height'>) {
    this.#sizeBytes = width * height * 3;
  }

  /** Its contents are whatever was in the memory. */
  take(): Buffer {
    return this.#free.pop() ?? Buffer.allocUnsafeSlow(this.#sizeBytes);
  }

  /** @param buffer one that was taken and that nobody reads any more; those that are not given back are garbage like any other. */
  giveBack(buffer: Buffer): void {
    if (!this.#free.includes(buffer)) this.#free.push(buffer);
  }
}
