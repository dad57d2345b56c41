import { ShiftMeter } from '../../src/recognition/tracking/frame-shift.ts';
import type { Point } from '../../src/recognition/tracking/similarity.ts';
import { roundTime } from '../../src/video-analyses/time.ts';
import type { VideoFrame } from '../decoder/video.ts';

/** A frame with how far its content moved since the one before; see TrackedFrame. */
export interface ShiftedFrame extends VideoFrame {
  moved?: Point | null | undefined;
}

export interface NewFramesOptions {
  /** The time of the last frame that is stored, as it is stored; null: none is. */
  lastSeconds: number | null;
  /** false: `moved` stays undefined. */
  measuresShifts: boolean;
}

/**
 * The frames behind the last stored one, each with its shift, which is measured while the pixels are here. The last stored frame is
 * decoded again when an analysis goes on, because the shift of the next one is measured from it; it is not delivered.
 */
export async function* newFrames(
  frames: AsyncIterable<VideoFrame>,
  { lastSeconds, measuresShifts }: NewFramesOptions,
): AsyncGenerator<ShiftedFrame, void> {
  const meter = measuresShifts ? new ShiftMeter() : null;
  for await (const frame of frames) {
    const moved = meter?.measure(frame.pixels, frame);
    if (lastSeconds === null || roundTime(frame.timeSeconds) > lastSeconds) yield { ...frame, moved };
  }
}
