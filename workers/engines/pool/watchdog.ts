import type { JobFailure } from '../protocol/job-failure.ts';

/** The reason for killing a process. */
export interface Overdue {
  /** For the log, as the end of "The engine …". */
  reason: string;
  /** The failure of the current job, which is the cause; null: no picture is. */
  failure: JobFailure | null;
}

/** Node's longest timer: 24.8 days. A longer delay would fire at once. */
const longestDelayMs = 2 ** 31 - 1;

/** One deadline at a time, for what a process is doing now. */
export class Watchdog {
  readonly #fire: (overdue: Overdue) => void;
  #timer: NodeJS.Timeout | undefined;

  constructor(fire: (overdue: Overdue) => void) {
    this.#fire = fire;
  }

  /** Replaces the current deadline. */
  watch(delayMs: number, overdue: Overdue): void {
    this.rest();
    this.#timer = setTimeout(() => this.#fire(overdue), Math.min(delayMs, longestDelayMs));
  }

  rest(): void {
    clearTimeout(this.#timer);
  }
}
