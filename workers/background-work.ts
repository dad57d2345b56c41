import type { Logger } from '../src/log.ts';

/** Work that is repeated and that nobody waits for. */
export interface BackgroundWork {
  /** Begins it, unless it is still running. */
  start(): void;
  /** Resolves when it is not running. */
  ended(): Promise<void>;
}

/** @param failed what is logged when it fails, with when it is tried again */
export function inBackground(
  work: () => Promise<unknown>,
  { logger, failed }: { logger: Logger; failed: string },
): BackgroundWork {
  let running: Promise<void> | null = null;
  return {
    start() {
      running ??= work()
        .then(
          () => undefined,
          (error: unknown) => logger.warn({ err: error }, failed),
        )
        .finally(() => {
          running = null;
        });
    },
    async ended() {
      await running;
    },
  };
}
