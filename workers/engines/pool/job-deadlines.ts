import { type DecodingLimit, decodingTimeExceeded } from '../protocol/decoding-limit.ts';
import { processingTimeExceeded } from '../protocol/job-failure.ts';
import type { PoolJob } from './pool-job.ts';
import type { Overdue } from './watchdog.ts';

/** How long after its time was over a job may still answer itself, between two runs, before its engine is killed. */
const LATE_GRACE_MS = 1_000;
/** How long an engine may go on with a job that was canceled, in one run of a model or a decoder, before it is killed. */
const CANCEL_GRACE_MS = 5_000;
/** A job without a limit of its own that takes so long never ends; a large picture in tiles takes seconds. */
const LONGEST_JOB_MS = 600_000;

/** From when a job is in hand. */
export interface Deadline {
  delayMs: number;
  overdue: Overdue;
}

/** Of a job that nobody waits for any more. */
export const canceledDeadline: Deadline = {
  delayMs: CANCEL_GRACE_MS,
  overdue: { reason: 'did not stop working on a cancelled picture', failure: null },
};

/** Of a job whose picture is not decoded yet: its own limit runs, too. */
export function decodingDeadline(entry: PoolJob, limit: DecodingLimit): Deadline {
  const own = processingDeadline(entry);
  return own.delayMs < limit.elapsedMs ? own : { delayMs: limit.elapsedMs, overdue: decodingOverdue(limit) };
}

export function decodingOverdue(limit: DecodingLimit): Overdue {
  return { reason: 'could not decode a picture in time', failure: decodingTimeExceeded(limit) };
}

/** Of a job whose picture is decoded. */
export function processingDeadline(entry: PoolJob): Deadline {
  const limitMs = (entry.kind === 'analyze' ? entry.job.maxProcessingMs : null) ?? LONGEST_JOB_MS;
  return {
    delayMs: limitMs + LATE_GRACE_MS,
    overdue: { reason: 'exceeded the time limit of a picture', failure: processingTimeExceeded(limitMs) },
  };
}
