import { JobFailure, processingTimeExceeded } from '../protocol/job-failure.ts';

/** What Node takes for a timer at most: 24.8 days. A longer one would fire at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Looked at between two runs of a model: one run cannot be interrupted. */
export interface JobGuard {
  /** Throws JobFailure when the job was canceled or is late. */
  check(): void;
}

/** The guard of a job that also waits for others. */
export interface WaitingGuard extends JobGuard {
  /** The promise's value, or what check() throws, as soon as it would. */
  wait<T>(promise: Promise<T>): Promise<T>;
}

/** The guard of the job in hand. The clock starts when start() is called, not while the job waits behind another. */
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
    const timer = Number.isFinite(leftMs) ? setTimeout(end, Math.min(leftMs + 1, LONGEST_TIMER_MS)) : undefined;
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
