import type { JobFailure } from '../protocol/job-failure.ts';
import type { JobResult } from '../protocol/jobs.ts';
import type { FailedResult } from '../protocol/messages.ts';
import type { PoolJob } from './pool-job.ts';

/**
 * Why a process ended. FAILED_START: before it was ready; DIED: by itself; OVERDUE: killed by the watchdog; TOO_LARGE: killed to be
 * replaced while it had no jobs; CLOSED: killed for good.
 */
export type EndCause = 'FAILED_START' | 'DIED' | 'OVERDUE' | 'TOO_LARGE' | 'CLOSED';

export interface ProcessEnd {
  cause: EndCause;
  /** Its unfinished jobs, in this order. */
  jobs: PoolJob[];
  /** The job for which the process was killed. */
  blamed: { entry: PoolJob; failure: JobFailure } | null;
  /** Why it can never be ready, if it knew. */
  unusable: string | null;
  code: number | null;
  signal: NodeJS.Signals | null;
  lastOutput: string;
}

/** Events of a process for its slot. */
export interface ProcessEvents {
  /** It is ready, or has one job less. */
  onRoom(): void;
  /** A job is now the current one. */
  onInHand(entry: PoolJob): void;
  /** A job is done; entry: undefined if it is no longer known. */
  onFinished(entry: PoolJob | undefined, result: JobResult | FailedResult): void;
  /** The process has ended. */
  onEnd(end: ProcessEnd): void;
}
