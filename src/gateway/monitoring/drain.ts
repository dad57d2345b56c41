import { setTimeout as delay } from 'node:timers/promises';

/** Load balancers probe more often than this. */
const probedWithinMs = 60_000;

/** Whether requests should still be sent here. */
export class Draining {
  /** true: /readyz answers 503. Everything still works. */
  begun = false;
  #probedAtMs = Number.NEGATIVE_INFINITY;
  readonly #over = new AbortController();

  /** /readyz was requested. */
  probed(): void {
    this.#probedAtMs = performance.now();
  }

  /**
   * /readyz answers 503 from now on, and load balancers get time to see it while the port is still open. If there was no probe in
   * the last minute, this does not wait.
   */
  async begin(forMs: number): Promise<void> {
    this.begun = true;
    if (performance.now() - this.#probedAtMs > probedWithinMs) return;
    await delay(forMs, undefined, { signal: this.#over.signal }).catch(() => undefined);
  }

  /** Ends the wait. */
  end(): void {
    this.begun = true;
    this.#over.abort();
  }
}
