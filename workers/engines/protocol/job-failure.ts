import type { Failure, FailureCode } from '../../../src/shared/failure.ts';
import type { FailedResult } from './messages.ts';

/** An expected end of a job without a result. */
export class JobFailure extends Error {
  override readonly name = 'JobFailure';
  readonly failure: Failure;

  constructor(code: FailureCode, message: string, options: { retryable?: boolean; cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.failure = { code, message, retryable: options.retryable ?? false };
  }
}

/** Converts any error to a failure for the pool. The text of unexpected errors may contain paths, so it is only logged. */
export function failedResult(error: unknown): FailedResult {
  if (error instanceof JobFailure) return { ok: false, failure: error.failure };
  const failure: Failure = { code: 'INTERNAL', message: 'The engine could not process this picture.', retryable: true };
  return { ok: false, failure, detail: error instanceof Error ? (error.stack ?? error.message) : String(error) };
}

/** The failure of a job that exceeded its time limit. */
export function processingTimeExceeded(maxProcessingMs: number): JobFailure {
  return new JobFailure(
    'PROCESSING_TIME_EXCEEDED',
    `Processing took longer than the ${maxProcessingMs / 1000} s that were allowed. Raise maxProcessingSeconds, or send a smaller picture.`,
  );
}

/** Of every job where no engine can be started. */
export function modelsUnavailable(): FailedResult {
  return failedResult(
    new JobFailure('MODEL_UNAVAILABLE', 'The recognition models cannot be loaded here.', { retryable: true }),
  );
}
