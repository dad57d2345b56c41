import type { Logger } from '../log.ts';
import { Backoff } from '../shared/backoff.ts';
import type { Position } from './event.ts';
import { Pause } from './pause.ts';
import type { LogPage, LogState } from './read-log.ts';

export interface TailerOptions {
  /** null: from now on; the first page says where that is. */
  read(after: Position | null): Promise<LogPage>;
  /** How long committed events have been waiting above the horizon; null: there are none. */
  readWaitingSeconds(state: LogState): Promise<number | null>;
  /** Called with each page in order, also with empty ones, which say how far the log has been read. */
  onPage(page: LogPage): void;
  onLag(waitingSeconds: number): void;
  /** Called once when the log could not be read for ten seconds, and again only after it could be read in between. */
  onUnreachable(): void;
  /** How often to look without a hint. */
  pollMs: number;
  logger: Logger;
}

export interface Tailer {
  /** There may be something new: read now, or once more if a read is in progress. */
  poke(): void;
  /** No page is delivered after it. */
  stop(): void;
}

/** Rows above the horizon usually become readable in a moment: the transaction that holds it back is one of our own. */
const firstRereadMs = 5;
const errorDelays = { firstMs: 10, longestMs: 2_000 };
/** Above this, a warning tells operators that a transaction delays every event. */
const warnAfterSeconds = 2;
/** A server that crashed is usually back by then. */
const unreachableAfterMs = 10_000;

/**
 * Reads the log page by page from now on, until it is stopped. Between pages it waits for a poke or for `pollMs`; while committed
 * events lie above the horizon it looks again after 5, 10, 20 ms and so on up to `pollMs`.
 */
export function startTailer(options: TailerOptions): Tailer {
  const pause = new Pause();
  let stopped = false;
  run(options, pause, () => stopped).catch((error: unknown) =>
    options.logger.error(
      { err: error },
      'Reading the event log failed for good: subscriptions receive no more events.',
    ),
  );
  return {
    poke: () => pause.end(),
    stop() {
      stopped = true;
      pause.end();
    },
  };
}

async function run(options: TailerOptions, pause: Pause, isStopped: () => boolean): Promise<void> {
  const { pollMs } = options;
  const warn = warnerOfLag(options.logger);
  const outage = outageTeller(options.onUnreachable);
  let position: Position | null = null;
  let horizon = '';
  let rereadMs = firstRereadMs;
  const backoff = new Backoff(errorDelays);
  while (!isStopped()) {
    // Before the read: a poke that comes while it runs must lead to another one.
    pause.begin();
    try {
      const page: LogPage = await options.read(position);
      if (isStopped()) return;
      outage.over();
      position = page.last;
      options.onPage(page);
      backoff.reset();
      if (page.full) continue;
      const waitingSeconds = await options.readWaitingSeconds(page);
      if (isStopped()) return;
      options.onLag(waitingSeconds ?? 0);
      warn(waitingSeconds ?? 0);
      // The pauses grow only while the horizon does not move.
      rereadMs = page.horizon === horizon ? Math.min(rereadMs * 2, pollMs) : firstRereadMs;
      horizon = page.horizon;
      await pause.wait(waitingSeconds === null ? pollMs : rereadMs);
    } catch (error) {
      if (isStopped()) return;
      outage.goesOn();
      const delayMs = backoff.next();
      options.logger.warn({ err: error, delayMs }, 'The event log could not be read. Trying again.');
      await pause.wait(delayMs);
    }
  }
}

/** Logs a stall once, and its end once. */
function warnerOfLag(logger: Logger): (waitingSeconds: number) => void {
  let warned = false;
  return (waitingSeconds) => {
    const late = waitingSeconds > warnAfterSeconds;
    if (late && !warned)
      logger.warn(
        { waitingSeconds },
        'Events wait for a transaction that stays open. Find it: select * from pg_stat_activity where backend_xid is not null order by xact_start.',
      );
    if (!late && warned) logger.info('Events no longer wait for an open transaction.');
    warned = late;
  };
}

function outageTeller(tell: () => void): { goesOn(): void; over(): void } {
  let lastReadAt = performance.now();
  let told = false;
  return {
    goesOn() {
      if (told || performance.now() - lastReadAt < unreachableAfterMs) return;
      told = true;
      tell();
    },
    over() {
      lastReadAt = performance.now();
      told = false;
    },
  };
}
