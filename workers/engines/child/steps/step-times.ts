import type { Timings } from '../../protocol/jobs.ts';
import type { StepTiming } from './step.ts';

/** Durations of the steps of one analysis, by the timing that includes them. */
export class StepTimes {
  readonly #ms: Omit<Timings, 'decodeMs'> = { inferenceMs: 0, matchMs: 0 };

  /** Returns the result of `work`, and counts its time for the step. */
  async measure<T>({ timing }: { timing: StepTiming }, work: () => T | Promise<T>): Promise<T> {
    const startedAt = performance.now();
    try {
      return await work();
    } finally {
      this.#ms[timing] = (this.#ms[timing] ?? 0) + performance.now() - startedAt;
    }
  }

  timings(decodeMs: number): Timings {
    return { decodeMs, ...this.#ms };
  }
}
