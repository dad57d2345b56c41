import { availableParallelism } from 'node:os';
import type { DecoderSettings } from './video.ts';

/**
 * What a video may cost. 4K HEVC with 60 frames a second, the most expensive that telephones write, takes 1 GB and 3 s of processor time
 * a second of video; a decoder is killed where it takes several times that.
 */
export function decoderSettings(given: Pick<DecoderSettings, 'program' | 'maxSeconds' | 'maxPixels'>): DecoderSettings {
  return {
    ...given,
    maxMemoryBytes: 3_000_000_000,
    cpuSeconds: 30,
    cpuSecondsPerSecond: 20,
    silenceMs: 60_000,
    // Engines use all processors beside it, and each thread holds frames of its own.
    threads: Math.min(2, availableParallelism()),
  };
}
