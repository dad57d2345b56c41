import { JobFailure } from './job-failure.ts';

/** How long an engine may read and decode one picture. */
export interface DecodingLimit {
  /** Processor time, measured by the engine. */
  cpuMs: number;
  /** Elapsed time, measured by the pool: for an engine that does not respond, or waits for a disk. */
  elapsedMs: number;
}

/**
 * Processor time, because elapsed time depends on how busy the machine is: a HEIC of 48 megapixels, the slowest picture that people
 * really take, needs 3.4 s of it, and took 10 s on two cores that ten other programs used.
 */
export const decodingLimit: DecodingLimit = { cpuMs: 10_000, elapsedMs: 30_000 };

/** The failure of a picture whose decoding exceeds the limit. It applies to every job of the same bytes. */
export function decodingTimeExceeded({ cpuMs }: DecodingLimit): JobFailure {
  return new JobFailure(
    'DECODING_TIME_EXCEEDED',
    `Decoding the picture takes longer than the ${cpuMs / 1000} s that are allowed. Save it again as an ordinary JPEG or PNG, or make it smaller.`,
  );
}
