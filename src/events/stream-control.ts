import { isConnectionTrouble } from '../database/sqlstate.ts';
import type { Logger } from '../log.ts';
import { retrying } from '../shared/backoff.ts';
import { Pause } from './pause.ts';

const retryDelays = { firstMs: 50, longestMs: 2_000 };

/** Whether a stream has been ended from outside; its waits end at once when that happens. */
export class StreamControl {
  readonly pause = new Pause();
  readonly #logger: Logger;
  #ended = false;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  get ended(): boolean {
    return this.#ended;
  }

  end(): void {
    this.#ended = true;
    this.pause.end();
  }

  /**
   * Waits while the database cannot be reached: an error would end the stream, and with graphql-ws the client's socket.
   * @returns null when ended meanwhile.
   */
  async patiently<T>(read: () => Promise<T>): Promise<T | null> {
    const attempt = async () => {
      this.pause.begin();
      if (this.#ended) return null;
      const result = await read();
      return this.#ended ? null : result;
    };
    return retrying(attempt, {
      ...retryDelays,
      isTemporary: isConnectionTrouble,
      onRetry: (err, delayMs) => this.#logger.warn({ err, delayMs }, 'A stream is waiting for the database.'),
      wait: (delayMs) => this.pause.wait(delayMs),
    });
  }
}
