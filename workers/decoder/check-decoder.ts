import { devNull } from 'node:os';
import { probeFile } from './open-decoder.ts';
import type { DecoderSettings } from './video.ts';
import { VideoFailure } from './video-failure.ts';

/** Tries whether the decoder can be started on this machine, with a file of nothing. @returns why it cannot; null: it can */
export async function checkDecoder(settings: DecoderSettings): Promise<VideoFailure | null> {
  try {
    await probeFile({ path: devNull, container: 'MP4' }, settings);
    return null;
  } catch (error) {
    if (!(error instanceof VideoFailure)) throw error;
    return error.code === 'VIDEO_UNAVAILABLE' ? error : null;
  }
}
