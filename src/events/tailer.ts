import type { Logger } from '../log.ts';
import type { Position } from './event.ts';
import { Pause } from './pause.ts';
import type { LogPage } from './read-log.ts';

export interface TailerOptions {
  /** null: from now on, with the first page telling where that is. */
  read(after: Position | null): Promise<LogPage>;
  /** Called with each page in order, empty ones too: they tell how far the log has been read. */
  onPage(page: LogPage): void;
  /** How often to look without a hint. */
  pollMs: number;
  logger: Logger;
}

export interface Tailer {
  /** Something may be there: look now, or once more when a look is under way. */
  poke(): void;
  /** After it no page comes any more. */
  stop(): void;
}

/** Rows above the horizon are there in a moment, as a rule: the transaction that holds it back is one of our own. */
const firstRereadMs = 5;
const lastErrorDelayMs = 2_000;
/** Above it operators are told: somebody's transaction delays every event. */
const warnAfterSeconds = 2;

/**
 * Reads the log from now on for as long as it is not stopped, page by page. Between pages it waits for a poke or for
 * `pollMs`; while committed events lie above the horizon it looks again after 5, 10, 20 ms and so on up to `pollMs`.
 */
export function startTailer(options: TailerOptions): Tailer {
  const pause = new Pause();
  let stopped = false;
  run(options, pause, () => stopped).catch((error: unknown) =>
    options.logger.error({ err: error }, 'The tail of the event log broke: no subscription gets events any more.'),
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
  const { logger, pollMs } = options;
  let position: Position | null = null;
  let horizon = '';
  let rereadMs = firstRereadMs;
  let errorDelayMs = firstRereadMs;
  let warned = false;
  while (!isStopped()) {
    // Before the read: a poke that comes while it runs must lead to another one.
    pause.begin();
    const page: LogPage | null = await options.read(position).catch((error: unknown) => {
      errorDelayMs = Math.min(errorDelayMs * 2, lastErrorDelayMs);
      logger.warn({ err: error, delayMs: errorDelayMs }, 'The event log could not be read; trying again.');
      return null;
    });
    if (isStopped()) return;
    if (!page) {
      await pause.wait(errorDelayMs);
      continue;
    }
    errorDelayMs = firstRereadMs;
    position = page.end;
    options.onPage(page);
    // Only a horizon that stands still is waited for longer and longer.
    rereadMs = page.horizon === horizon ? Math.min(rereadMs * 2, pollMs) : firstRereadMs;
    horizon = page.horizon;
    warned = warnOfLag(page, logger, warned);
    if (!page.full) await pause.wait(page.waitingSeconds === null ? pollMs : rereadMs);
  }
}

/** Once a stall, and once when it is over. */
function warnOfLag({ waitingSeconds, horizon }: LogPage, logger: Logger, warned: boolean): boolean {
  const late = (waitingSeconds ?? 0) > warnAfterSeconds;
  if (late && !warned)
    logger.warn(
      { waitingSeconds, oldestTransaction: horizon },
      'Events wait for a transaction that stays open. Find it: select * from pg_stat_activity where backend_xid is not null order by xact_start.',
    );
  if (!late && warned) logger.info('Events do not wait for an open transaction any more.');
  return late;
}
