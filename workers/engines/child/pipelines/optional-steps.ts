import { type AnalysisWarning, type StepWarningCode, stepWarnings } from '../../../../src/shared/warning.ts';
import { JobFailure } from '../../protocol/job-failure.ts';

/**
 * The steps of an analysis that it can do without. One that fails, or for which the time limit leaves no time, costs its own result
 * only: the analysis SUCCEEDS with a warning.
 */
export class OptionalSteps {
  readonly warnings: AnalysisWarning[] = [];
  /** Unexpected errors, for the log. */
  readonly faults: string[] = [];
  readonly #skips: boolean;

  /** @param skips true: engines have crashed on this picture, and now none of these steps is run. */
  constructor({ skips }: { skips: boolean }) {
    this.#skips = skips;
  }

  /** Returns the result of `work`; null if it failed. Throws JobFailure when the job was cancelled. */
  async run<T>(code: StepWarningCode, work: () => Promise<T>): Promise<T | null> {
    if (this.#skips) return this.#warn(code, 'failed');
    try {
      return await work();
    } catch (error) {
      if (error instanceof JobFailure) {
        if (error.failure.code === 'PROCESSING_TIME_EXCEEDED') return this.#warn(code, 'late');
        throw error;
      }
      this.faults.push(`${code}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
      return this.#warn(code, 'failed');
    }
  }

  #warn(code: StepWarningCode, why: keyof (typeof stepWarnings)[StepWarningCode]): null {
    this.warnings.push({ code, message: stepWarnings[code][why] });
    return null;
  }
}
