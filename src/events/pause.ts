/**
 * A wait that can be ended from outside. If it is ended between `begin` and `wait`, that wait returns at once. Only one waiter at a
 * time.
 */
export class Pause {
  #ended = false;
  #wake: (() => void) | null = null;

  /** Forgets earlier ends. */
  begin(): void {
    this.#ended = false;
  }

  end(): void {
    this.#ended = true;
    this.#wake?.();
  }

  /** Returns when ended; with `timeoutMs` not later than that. */
  wait(timeoutMs?: number): Promise<void> {
    if (this.#ended) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = timeoutMs === undefined ? undefined : setTimeout(() => this.#wake?.(), timeoutMs);
      this.#wake = () => {
        this.#wake = null;
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
