import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';

export interface Supervised {
  /** Whether the server's process has ended. */
  isGone(): Promise<boolean>;
  /** Starts it again on the port that its clients use. */
  restart(): Promise<void>;
}

export interface SupervisorOptions {
  logger?: Logger | undefined;
  /** Called once, when the server does not keep running and the supervisor has given up. */
  onLost(error: Error): void;
  /** How often to check. Default 500. */
  lookEveryMs?: number;
  /** Pause before the second attempt; doubled with each further one. Default 1,000. */
  firstDelayMs?: number;
  /** A server that ran for this long counts as successfully started. A server that cannot run exits within seconds. Default 15,000. */
  healthyAfterMs?: number;
}

export interface Supervisor {
  /** Resolves when it no longer checks or starts anything. May be called more than once. */
  stop(): Promise<void>;
}

/** Pauses of 0, 1, 2, 4, 8 and 16 s: half a minute in all, as long as a start waits for a server. */
const attempts = 6;

/**
 * Starts a server again whenever it has exited. It gives up after six attempts in a row, because a restart does not remove the
 * cause of repeated exits. A server that runs but does not respond is left alone: it may be suspended or wait for its disk, and two
 * servers on one directory would be worse than none.
 */
export function supervise(server: Supervised, options: SupervisorOptions): Supervisor {
  const stop = new AbortController();
  const running = run(server, options, stop.signal).catch((error: unknown) => {
    if (!stop.signal.aborted) options.onLost(error instanceof Error ? error : new Error(String(error)));
  });
  return {
    stop() {
      stop.abort();
      return running;
    },
  };
}

async function run(server: Supervised, options: SupervisorOptions, stop: AbortSignal): Promise<void> {
  const { logger, lookEveryMs = 500, firstDelayMs = 1_000, healthyAfterMs = 15_000 } = options;
  // Not `retrying`, which ends with the first success: here, a start that worked may still count as a failure.
  let failures = 0;
  // null while it does not run: after a failed attempt, the time of an earlier successful start must not count.
  let runningSince: number | null = performance.now();
  for (;;) {
    await delay(lookEveryMs, undefined, { signal: stop });
    if (!(await server.isGone())) continue;
    if (runningSince !== null && performance.now() - runningSince >= healthyAfterMs) failures = 0;
    runningSince = null;
    if (failures >= attempts) throw new Error(`It has ended ${attempts} times in a row.`);
    logger?.error({ attempt: failures + 1, attempts }, 'The embedded PostgreSQL has ended; starting it again.');
    if (failures > 0) await delay(firstDelayMs * 2 ** (failures - 1), undefined, { signal: stop });
    failures += 1;
    try {
      await server.restart();
      runningSince = performance.now();
      logger?.info('The embedded PostgreSQL is running again.');
    } catch (error) {
      if (failures >= attempts) throw error;
      logger?.error({ err: error }, 'The embedded PostgreSQL did not start.');
    }
  }
}
