import type { Logger } from '../../log.ts';

/** Something without which no work can be done. */
export interface ReadinessCheck {
  /** For the log: "database", "engines". */
  name: string;
  /** Resolves when it is available; rejects with the reason otherwise, whose message is logged. */
  check(): Promise<void>;
}

/** Probes time out after one or a few seconds, and should have their 503 by then. */
const answerWithinMs = 3_000;

/**
 * Whether requests should be sent here. What is missing is logged, not shown, because the response may be public. It is logged when
 * it begins and when it ends, not at every probe. What has never been available is not an error: this process is still starting.
 */
export function createReadiness(checks: readonly ReadinessCheck[], logger: Logger): () => Promise<boolean> {
  const failing = new Set<string>();
  let wasReady = false;
  return async () => {
    const outcomes = await Promise.allSettled(checks.map(({ check }) => inTime(check())));
    outcomes.forEach((outcome, index) => {
      const name = checks[index]!.name;
      if (outcome.status === 'rejected' && !failing.has(name)) {
        failing.add(name);
        const { message: reason } = outcome.reason as Error;
        if (wasReady) logger.warn({ check: name, reason }, 'Not ready.');
        else logger.info({ check: name, reason }, 'Not ready yet.');
      }
      if (outcome.status === 'fulfilled' && failing.delete(name))
        logger.info({ check: name }, wasReady ? 'Ready again.' : 'Ready.');
    });
    const isReady = outcomes.every(({ status }) => status === 'fulfilled');
    wasReady ||= isReady;
    return isReady;
  };
}

function inTime(checked: Promise<void>): Promise<void> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => late.reject(new Error(`No answer within ${answerWithinMs / 1000} s.`)),
    answerWithinMs,
  );
  return Promise.race([checked, late.promise]).finally(() => clearTimeout(timer));
}
