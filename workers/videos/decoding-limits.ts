import type { Config } from '../../src/config.ts';
import { decoderSettings } from '../decoder/settings.ts';
import type { DecoderSettings } from '../decoder/video.ts';

/** How the videos of an organisation are decoded. @param planSeconds the plan's limit; null: none of its own */
export function limitsOf(
  { videoDecoder, maxVideoSeconds, maxImagePixels }: Config,
  planSeconds: number | null,
): DecoderSettings {
  return decoderSettings({
    program: videoDecoder,
    maxSeconds: Math.min(maxVideoSeconds, planSeconds ?? Number.POSITIVE_INFINITY),
    maxPixels: maxImagePixels,
  });
}
