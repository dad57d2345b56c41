import { isConnectionTrouble } from '../database/sqlstate.ts';
import { retrying } from '../shared/backoff.ts';

/** By then, connections are closed because the database cannot be reached. */
const patienceMs = 30_000;
const retryDelays = { firstMs: 50, longestMs: 2_000 };

/** For what an event contains: if it cannot be read in time, the event is delivered late, not with an error, which its client could do nothing about. */
export function patiently<T>(read: () => PromiseLike<T>): Promise<T> {
  const deadlineAtMs = performance.now() + patienceMs;
  return retrying(async () => read(), {
    ...retryDelays,
    isTemporary: (error) => isConnectionTrouble(error) && performance.now() < deadlineAtMs,
  });
}
