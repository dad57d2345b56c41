import type { Timings } from '../../protocol/jobs.ts';
import type { StepTiming } from './step.ts';

/** How long the steps of one analysis took, by the timings that they count for. */
export class StepTimes {
  readonly #ms: Record<StepTiming, number> = { inferenceMs: 0, matchMs: 0 };

  /** What `work` gives, its time counted for the step. */
  async measure<T>({ timing }: { timing: StepTiming }, work: () => T | Promise<T>): Promise<T> {
    const startedAt = performance.now();
    try {
      return await work();
    } finally {
      this.#ms[timing] += performance.now() - startedAt;
    }
  }

  timings(decodeMs: number): Timings {
    return { decodeMs, ...this.#ms };
  }
}
