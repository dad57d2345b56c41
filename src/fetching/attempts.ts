/** A client waits for what is fetched: a URL that does not respond in this many attempts has failed. */
const mostAttempts = 3;

/** The current attempt to fetch something. */
export interface FetchAttempt {
  /** No further attempt follows: even a temporary failure is final. */
  isLast: boolean;
  /** The job runs again after an error of ours: an unreachable store is no reason to give up. */
  mayWait: boolean;
  /** Aborted when the worker stops. */
  signal?: AbortSignal | undefined;
}

/** When the next attempt is made. */
export interface NextAttempt {
  attemptsBefore: number;
  afterSeconds: number;
}

export const firstAttempt: NextAttempt = { attemptsBefore: 0, afterSeconds: 0 };

/** What an attempt is by its job. @param attemptsBefore by earlier jobs: each attempt after a URL did not respond is a new one */
export function attemptOf(
  job: { attempts: number; max_attempts: number },
  attemptsBefore: number,
  signal: AbortSignal,
): FetchAttempt {
  return {
    isLast: attemptsBefore + job.attempts >= mostAttempts,
    mayWait: job.attempts < job.max_attempts,
    signal,
  };
}

/** The attempt after this one. One that ended because its worker stops does not count, and another worker makes it again at once. */
export function attemptAfter(
  job: { attempts: number },
  attemptsBefore: number,
  { stop, pauseSeconds }: { stop: AbortSignal; pauseSeconds: number },
): NextAttempt {
  if (stop.aborted) return { attemptsBefore, afterSeconds: 0 };
  return { attemptsBefore: attemptsBefore + job.attempts, afterSeconds: pauseSeconds };
}
