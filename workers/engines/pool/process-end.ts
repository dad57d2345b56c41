import type { JobFailure } from '../protocol/job-failure.ts';
import type { PoolJob } from './pool-job.ts';

/**
 * Why a process ended. FAILED_START: before it was ready; DIED: by itself; OVERDUE: killed by the watchdog; TOO_LARGE: killed
 * to be replaced, with nothing in flight; CLOSED: killed for good.
 */
export type EndCause = 'FAILED_START' | 'DIED' | 'OVERDUE' | 'TOO_LARGE' | 'CLOSED';

export interface ProcessEnd {
  cause: EndCause;
  /** In flight, in this order. */
  jobs: PoolJob[];
  /** The one of them that the process was killed for. */
  blamed: { entry: PoolJob; failure: JobFailure } | null;
  /** Why it can never be ready, when it knew. */
  unusable: string | null;
  code: number | null;
  signal: NodeJS.Signals | null;
  lastWords: string;
}
