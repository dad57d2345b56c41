import { JobFailure } from './job-failure.ts';

/** How long an engine may read and decode one picture. */
export interface DecodingLimit {
  /** Of processor time, by the engine's own clock. */
  cpuMs: number;
  /** Of time, by the pool's clock: for an engine that answers nothing, or waits for a disk. */
  elapsedMs: number;
}

/**
 * Processor time, since a busy machine is not the picture's fault: a HEIC of 48 megapixels, the slowest picture that people
 * really take, needs 3.4 s of it, and took 10 s on two cores that ten others used.
 */
export const decodingLimit: DecodingLimit = { cpuMs: 10_000, elapsedMs: 30_000 };

/** The failure of a picture that takes longer to decode than it may. It holds for every job of the same bytes. */
export function decodingTimeExceeded({ cpuMs }: DecodingLimit): JobFailure {
  return new JobFailure(
    'DECODING_TIME_EXCEEDED',
    `Decoding the picture takes longer than the ${cpuMs / 1000} s that are allowed. Save it again as an ordinary JPEG or PNG, or make it smaller.`,
  );
}
