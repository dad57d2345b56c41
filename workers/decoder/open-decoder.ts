import type { DecoderSettings, OpenVideo, Sampling, VideoInfo } from './video.ts';
import { VideoFailure } from './video-failure.ts';

/**
 * Starts decoding a video file in a process of its own, which has neither the database nor any secret.
 * @param path absolute; the file must not change meanwhile.
 * @throws VideoFailure if the file cannot be decoded here.
 */
export async function openDecoder(path: string, sampling: Sampling, settings: DecoderSettings): Promise<OpenVideo> {
  void [path, sampling, settings];
  throw unavailable();
}

/**
 * Reads what the file says about itself.
 * @throws VideoFailure as openDecoder does.
 */
export async function probeVideo(path: string, settings: DecoderSettings): Promise<VideoInfo> {
  void [path, settings];
  throw unavailable();
}

function unavailable(): VideoFailure {
  return new VideoFailure(
    'VIDEO_UNAVAILABLE',
    'This server cannot decode videos. Its operator can install the decoder; see "Videos" in docs/operations.md.',
  );
}
