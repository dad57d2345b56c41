import { setTimeout as delay } from 'node:timers/promises';

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

  /** Call it after a success: the next failure counts as the first again. */
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
  /** Called before each wait, for logging. */
  onRetry?(error: unknown, delayMs: number): void;
  /** Aborting it ends a wait, and so the attempts, with an AbortError. */
  signal?: AbortSignal | undefined;
  /** The wait before the next attempt; its errors are rethrown. Default: the delay. */
  wait?(delayMs: number): Promise<unknown>;
}

/**
 * Repeats the work until it succeeds or fails permanently.
 * @throws the error that is not temporary, or an AbortError
 */
export async function retrying<T>(work: () => Promise<T>, options: RetryOptions): Promise<T> {
  const backoff = new Backoff(options);
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!options.isTemporary(error)) throw error;
      const delayMs = backoff.next();
      options.onRetry?.(error, delayMs);
      await (options.wait?.(delayMs) ?? delay(delayMs, undefined, { signal: options.signal }));
    }
  }
}
