/** How long work goes on before the event loop looks for other events. */
const sliceMs = 5;

interface Waiting {
  work(): void;
  next: Waiting | null;
}

/**
 * Admits a crowd a few at a time, in the order of arrival. Ten thousand streams that begin at once take seconds of processor time: without
 * turns, one round of the event loop does all of it, and requests that arrive meanwhile wait. The slices are limited by time and not by
 * number, because what one piece of work costs depends on the client.
 */
export class Turns {
  #first: Waiting | null = null;
  #last: Waiting | null = null;
  /** Whether the first of those waiting will be called. */
  #isScheduled = false;
  /** When the slice of this round of the event loop ends, of performance.now(); null: it has not begun. */
  #sliceEndsAtMs: number | null = null;

  /** Calls `work` when it is its turn, at the earliest when the caller has returned. */
  take(work: () => void): void {
    const waiting = { work, next: null };
    if (this.#last === null) this.#first = waiting;
    else this.#last.next = waiting;
    this.#last = waiting;
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    process.nextTick(this.#workOnce);
  }

  /** Resolves when it is the caller's turn. What follows then, up to the next wait for something else, is its work. */
  wait(): Promise<void> {
    return new Promise((resolve) => this.take(resolve));
  }

  readonly #workOnce = (): void => {
    if (this.#first === null) {
      this.#isScheduled = false;
      return;
    }
    if (!this.#hasTime()) {
      setImmediate(this.#workOnce);
      return;
    }
    const { work, next } = this.#first;
    this.#first = next;
    if (next === null) this.#last = null;
    try {
      work();
    } finally {
      // A tick begins when no promise has anything left to do, so the next look at the clock is after all that this work set off.
      queueMicrotask(this.#workOnceIdle);
    }
  };

  readonly #workOnceIdle = (): void => process.nextTick(this.#workOnce);

  #hasTime(): boolean {
    if (this.#sliceEndsAtMs !== null) return performance.now() < this.#sliceEndsAtMs;
    this.#sliceEndsAtMs = performance.now() + sliceMs;
    setImmediate(this.#endSlice);
    return true;
  }

  readonly #endSlice = (): void => {
    this.#sliceEndsAtMs = null;
  };
}
