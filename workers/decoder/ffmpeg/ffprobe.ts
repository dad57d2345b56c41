import { unavailable } from '../failures.ts';
import type { VideoFile } from '../node-av/node-av-decoder.ts';
import type { DecoderSettings, VideoInfo } from '../video.ts';

export async function probeFfmpeg(program: string, file: VideoFile, settings: DecoderSettings): Promise<VideoInfo> {
  void [program, file, settings];
  throw unavailable();
}
