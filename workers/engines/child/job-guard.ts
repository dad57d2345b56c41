import { JobFailure, processingTimeExceeded } from '../protocol/job-failure.ts';

/** Node's longest timer: 24.8 days. A longer one would fire at once. */
const longestTimerMs = 2 ** 31 - 1;

/** Checked between two runs of a model, because a run cannot be interrupted. */
export interface JobGuard {
  /** Throws JobFailure if the job was cancelled or has exceeded its time limit. */
  check(): void;
}

/** The guard of a job that also waits for others. */
export interface WaitingGuard extends JobGuard {
  /** Resolves with the promise's value, or rejects with the error of check() as soon as there is one. */
  wait<T>(promise: Promise<T>): Promise<T>;
}

/** The guard of the current job. The time starts when start() is called, not while the job waits behind another. */
export class JobClock implements WaitingGuard {
  readonly #maxProcessingMs: number | null;
  #deadline = Number.POSITIVE_INFINITY;
  readonly #canceled = new AbortController();

  constructor(maxProcessingMs: number | null) {
    this.#maxProcessingMs = maxProcessingMs;
  }

  start(): void {
    if (this.#maxProcessingMs !== null) this.#deadline = performance.now() + this.#maxProcessingMs;
  }

  cancel(): void {
    this.#canceled.abort();
  }

  check(): void {
    if (this.#canceled.signal.aborted) throw new JobFailure('INTERNAL', 'The job was canceled.');
    if (performance.now() >= this.#deadline) throw processingTimeExceeded(this.#maxProcessingMs!);
  }

  async wait<T>(promise: Promise<T>): Promise<T> {
    const over = Promise.withResolvers<void>();
    const { signal } = this.#canceled;
    const end = () => over.resolve();
    signal.addEventListener('abort', end);
    const leftMs = this.#deadline - performance.now();
    const timer = Number.isFinite(leftMs)
      ? setTimeout(end, Math.min(Math.max(leftMs, 0) + 1, longestTimerMs))
      : undefined;
    try {
      this.check();
      const first = await Promise.race([promise, over.promise]);
      this.check();
      return first as T;
    } finally {
      signal.removeEventListener('abort', end);
      clearTimeout(timer);
    }
  }
}
