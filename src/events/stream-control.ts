import { isConnectionTrouble } from '../database/sqlstate.ts';
import type { Logger } from '../log.ts';
import { Pause } from './pause.ts';

const firstRetryMs = 50;
const lastRetryMs = 2_000;

/** Whether a stream has been ended from outside, and how it waits so that the end is heard at once. */
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
   * Waits out a database that cannot be reached: an error would end the stream, and with graphql-ws the client's socket.
   * @returns null when ended meanwhile.
   */
  async patiently<T>(read: () => Promise<T>): Promise<T | null> {
    for (let delayMs = firstRetryMs; ; delayMs = Math.min(delayMs * 2, lastRetryMs)) {
      this.pause.begin();
      if (this.#ended) return null;
      try {
        const result = await read();
        return this.#ended ? null : result;
      } catch (error) {
        if (!isConnectionTrouble(error)) throw error;
        this.#logger.warn({ err: error, delayMs }, 'A stream waits for the database.');
        await this.pause.wait(delayMs);
      }
    }
  }
}
