import { JobFailure } from './job-failure.ts';

/** Looked at between two runs of a model: one run cannot be interrupted. */
export interface JobGuard {
  /** Throws JobFailure when the job was canceled or is late. */
  check(): void;
}

/** The guard of the job in hand. The clock starts when start() is called, not while the job waits behind another. */
export class JobClock implements JobGuard {
  readonly #maxProcessingMs: number | null;
  #deadline = Number.POSITIVE_INFINITY;
  #canceled = false;

  constructor(maxProcessingMs: number | null) {
    this.#maxProcessingMs = maxProcessingMs;
  }

  start(): void {
    if (this.#maxProcessingMs !== null) this.#deadline = performance.now() + this.#maxProcessingMs;
  }

  cancel(): void {
    this.#canceled = true;
  }

  check(): void {
    if (this.#canceled) throw new JobFailure('INTERNAL', 'The job was canceled.');
    if (performance.now() >= this.#deadline) throw processingTimeExceeded(this.#maxProcessingMs!);
  }
}

/** The failure of a job that took longer than it was allowed. */
export function processingTimeExceeded(maxProcessingMs: number): JobFailure {
  return new JobFailure(
    'PROCESSING_TIME_EXCEEDED',
    `Processing took longer than the ${maxProcessingMs / 1000} s allowed. Allow more, or send a smaller picture.`,
  );
}
