import { type DecodingLimit, decodingTimeExceeded } from '../protocol/decoding-limit.ts';
import { processingTimeExceeded } from '../protocol/job-failure.ts';
import type { PoolJob } from './pool-job.ts';
import type { Overdue } from './watchdog.ts';

/** How long after its time limit a job may still end by itself, between two runs, before its engine is killed. */
const lateGraceMs = 1_000;
/** How long an engine may continue a cancelled job, in one run of a model or a decoder, before it is killed. */
const cancelGraceMs = 5_000;
/** A job without its own limit that takes this long will never end; a large picture in tiles takes seconds. */
const longestJobMs = 600_000;

/** Counted from when a job becomes the current one. */
export interface Deadline {
  delayMs: number;
  overdue: Overdue;
}

/** For a cancelled job. */
export const canceledDeadline: Deadline = {
  delayMs: cancelGraceMs,
  overdue: { reason: 'did not stop working on a cancelled picture', failure: null },
};

/** For a job whose picture is not decoded yet; its own limit applies as well. */
export function decodingDeadline(entry: PoolJob, limit: DecodingLimit): Deadline {
  const own = processingDeadline(entry);
  return own.delayMs < limit.elapsedMs ? own : { delayMs: limit.elapsedMs, overdue: decodingOverdue(limit) };
}

export function decodingOverdue(limit: DecodingLimit): Overdue {
  return { reason: 'could not decode a picture in time', failure: decodingTimeExceeded(limit) };
}

/** For a job whose picture is decoded. */
export function processingDeadline(entry: PoolJob): Deadline {
  const limitMs = (entry.kind === 'analyze' ? entry.job.maxProcessingMs : null) ?? longestJobMs;
  return {
    delayMs: limitMs + lateGraceMs,
    overdue: { reason: 'exceeded the time limit of a picture', failure: processingTimeExceeded(limitMs) },
  };
}
