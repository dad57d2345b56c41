import { intervalOf } from '../sampler.ts';
import type { Sampling } from '../video.ts';
import { type CodecContext, type Native, noTimestamp, type Packet, packetFlagDiscard } from './native.ts';
import { type OpenFile, toSeconds } from './open-file.ts';

/** Encoders reorder pictures by a few, so only the last intervals can still get one. */
const keptIntervals = 8;

/**
 * Spares the decoding of pictures that are neither sampled nor referred to by other pictures: every second one of what x264 writes by
 * default, which is three tenths of the processor time.
 *
 * Only in H.264. In HEVC, such a picture may still be referred to by those of a higher layer of time; other formats have few of them.
 */
export class SkippedPackets {
  readonly #native: Native;
  readonly #decoder: CodecContext;
  readonly #file: OpenFile;
  readonly #framesPerSecond: number;
  readonly #isUsed: boolean;
  /** The earliest time so far in each interval. */
  readonly #earliest = new Map<number, number>();
  #isSkipping = false;

  constructor(native: Native, decoder: CodecContext, file: OpenFile, { framesPerSecond, keyFramesOnly }: Sampling) {
    this.#native = native;
    this.#decoder = decoder;
    this.#file = file;
    this.#framesPerSecond = framesPerSecond;
    this.#isUsed = file.facts.codec === 'h264' && !keyFramesOnly;
  }

  /**
   * Tells the decoder whether it may skip the next packet: if it has been given an earlier picture of the same interval. Whether others refer
   * to the packet's picture only the decoder knows.
   * @returns where the picture ends, in seconds from the video's beginning, if the decoder may skip it; null: it may not
   */
  consider(packet: Packet): number | null {
    if (!this.#isUsed) return null;
    const endSeconds = this.#laterEnd(packet);
    const isSkipping = endSeconds !== null;
    if (isSkipping !== this.#isSkipping) {
      this.#native.Option.set(this.#decoder, 'skip_frame', isSkipping ? 'noref' : 'default', 0);
      this.#isSkipping = isSkipping;
    }
    return endSeconds;
  }

  #laterEnd({ pts, duration, flags }: Packet): number | null {
    const { stream, facts } = this.#file;
    // What an edit list hides is decoded, but never shown, so it is nobody's predecessor.
    if (pts === noTimestamp || (flags & packetFlagDiscard) !== 0) return null;
    const seconds = (toSeconds(pts, stream.timeBase) ?? 0) - facts.startSeconds;
    const interval = intervalOf(seconds, this.#framesPerSecond);
    const earliest = this.#earliest.get(interval);
    if (earliest !== undefined && earliest < seconds) return seconds + (toSeconds(duration, stream.timeBase) ?? 0);
    this.#earliest.set(interval, seconds);
    for (const old of this.#earliest.keys()) if (old < interval - keptIntervals) this.#earliest.delete(old);
    return null;
  }
}
