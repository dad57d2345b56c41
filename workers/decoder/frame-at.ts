import { openDecoder } from './open-decoder.ts';
import type { DecoderSettings, VideoFrame } from './video.ts';

/** More than cameras record: each frame is in an interval of its own. */
const everyFrame = 1_000;

/**
 * Decodes one frame of a video file: the one whose time is this when it is rounded to a millisecond, or else the next one. Decoding begins
 * at the frame before it that can be decoded without others.
 * @param path absolute
 * @returns null: the video ends before.
 * @throws VideoFailure
 */
export async function frameAt(
  path: string,
  timeSeconds: number,
  settings: DecoderSettings,
): Promise<VideoFrame | null> {
  const sampling = { framesPerSecond: everyFrame, keyFramesOnly: false, maxFrames: 1, fromSeconds: timeSeconds };
  const video = await openDecoder(path, sampling, settings);
  try {
    for await (const frame of video.frames) return frame;
    return null;
  } finally {
    await video.close();
  }
}
