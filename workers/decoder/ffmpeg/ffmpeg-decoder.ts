import { unavailable } from '../failures.ts';
import type { VideoFile } from '../node-av/node-av-decoder.ts';
import type { RunningDecoder } from '../running-decoder.ts';
import type { DecoderSettings, Sampling } from '../video.ts';

export async function startFfmpeg(
  program: string,
  file: VideoFile,
  sampling: Sampling,
  settings: DecoderSettings,
): Promise<RunningDecoder> {
  void [program, file, sampling, settings];
  throw unavailable();
}
