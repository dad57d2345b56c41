import type { JobFailure } from '../protocol/job-failure.ts';

/** What a process is killed for. */
export interface Overdue {
  /** For the log, as the end of "The engine …". */
  reason: string;
  /** What becomes of the job in hand, which is to blame; null: nobody's picture is. */
  failure: JobFailure | null;
}

/** What Node takes for a timer at most: 24.8 days. A longer delay would fire at once. */
const LONGEST_DELAY_MS = 2 ** 31 - 1;

/** One deadline at a time, of whatever a process is watched for now. */
export class Watchdog {
  readonly #fire: (overdue: Overdue) => void;
  #timer: NodeJS.Timeout | undefined;

  constructor(fire: (overdue: Overdue) => void) {
    this.#fire = fire;
  }

  /** Replaces the deadline that there was. */
  watch(delayMs: number, overdue: Overdue): void {
    this.rest();
    this.#timer = setTimeout(() => this.#fire(overdue), Math.min(delayMs, LONGEST_DELAY_MS));
  }

  rest(): void {
    clearTimeout(this.#timer);
  }
}
