const firstWaitMs = 500;
const longestWaitMs = 15_000;

/** The request did not reach the server, or its response did not come back: it may be sent again. */
export class NoAnswerError extends Error {}

/**
 * Repeats a request until there is a response, whatever it says. For requests that may arrive twice: with an idempotency key, or to an
 * upload target.
 */
export async function untilAnswered<Result>(request: () => Promise<Result>, stop: AbortSignal): Promise<Result> {
  for (let waitMs = firstWaitMs; ; waitMs = Math.min(waitMs * 2, longestWaitMs)) {
    try {
      return await request();
    } catch (error) {
      stop.throwIfAborted();
      // What fetch throws when there was no response.
      if (!(error instanceof NoAnswerError || error instanceof TypeError)) throw error;
      await untilOnline(waitMs, stop);
    }
  }
}

/** Resolves after a while, or at once when the browser says that the network is back. */
function untilOnline(waitMs: number, stop: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, waitMs);
  window.addEventListener('online', () => resolve(), { signal: stop, once: true });
  stop.addEventListener('abort', () => resolve(), { once: true });
  return promise.finally(() => clearTimeout(timer));
}
