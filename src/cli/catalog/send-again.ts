import { setTimeout } from 'node:timers/promises';

const waitsMs = [500, 2_000, 5_000];
/** The connection was there, and broke off. A server that is not reached at all was not started, or is another one: a person is told at once. */
const brokenOff = new Set(['ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'UND_ERR_SOCKET']);

/**
 * Sends a request again whose connection broke off before the answer. The server may have done it already, so it must have an idempotency
 * key.
 * @throws what `send` throws, where it is something else or happens four times
 */
export async function sendAgain<T>(send: () => Promise<T>): Promise<T> {
  for (const waitMs of waitsMs) {
    try {
      return await send();
    } catch (error) {
      if (!isBrokenOff(error)) throw error;
      await setTimeout(waitMs);
    }
  }
  return send();
}

/** By what fetch throws where there is no response, or only a part of one. */
function isBrokenOff(error: unknown): boolean {
  const { code } = ((error instanceof TypeError && error.cause) || {}) as NodeJS.ErrnoException;
  return code !== undefined && brokenOff.has(code);
}
