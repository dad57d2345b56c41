import { setTimeout as delay } from 'node:timers/promises';

/** Probes of load balancers come more often than this. */
const probedWithinMs = 60_000;

/** Whether requests should still be sent here. */
export class Draining {
  /** true: /readyz says no. Everything still works. */
  begun = false;
  #probedAtMs = Number.NEGATIVE_INFINITY;
  readonly #over = new AbortController();

  /** /readyz was asked for. */
  probed(): void {
    this.#probedAtMs = performance.now();
  }

  /**
   * Says no from now on, and gives whoever asks /readyz the time to hear it while the port is still open; without anybody who
   * asked in the last minute there is nobody to wait for.
   */
  async begin(forMs: number): Promise<void> {
    this.begun = true;
    if (performance.now() - this.#probedAtMs > probedWithinMs) return;
    await delay(forMs, undefined, { signal: this.#over.signal }).catch(() => undefined);
  }

  /** Waits no longer. */
  end(): void {
    this.begun = true;
    this.#over.abort();
  }
}
