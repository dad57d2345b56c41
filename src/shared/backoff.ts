/** Delays that double with each failure, from the first to the longest. */
export class Backoff {
  readonly #firstMs: number;
  readonly #longestMs: number;
  #nextMs: number;

  constructor({ firstMs, longestMs }: BackoffLimits) {
    this.#firstMs = firstMs;
    this.#longestMs = longestMs;
    this.#nextMs = firstMs;
  }

  /** How long to wait now. */
  next(): number {
    const delayMs = this.#nextMs;
    this.#nextMs = Math.min(delayMs * 2, this.#longestMs);
    return delayMs;
  }

  /** After a success: the next failure is a first one again. */
  reset(): void {
    this.#nextMs = this.#firstMs;
  }
}

export interface BackoffLimits {
  firstMs: number;
  /** Equal to `firstMs`: always the same delay. */
  longestMs: number;
}

export interface RetryOptions extends BackoffLimits {
  /** Whether another attempt may succeed; any other error is thrown at once. */
  isTemporary(error: unknown): boolean;
  /** Told before each wait, to log it. */
  onRetry?(error: unknown, delayMs: number): void;
  /** How to wait, where something can cut the wait short. Default: a timer. */
  wait?(delayMs: number): Promise<unknown>;
}

/** Does the work again and again until it succeeds, or fails for good. @throws the error that is not temporary */
export async function retrying<T>(work: () => Promise<T>, options: RetryOptions): Promise<T> {
  const backoff = new Backoff(options);
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!options.isTemporary(error)) throw error;
      const delayMs = backoff.next();
      options.onRetry?.(error, delayMs);
      await (options.wait ?? waitFor)(delayMs);
    }
  }
}

function waitFor(delayMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, delayMs));
}
