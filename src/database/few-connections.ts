import type { PostgresPool } from 'kysely';
import { retrying } from '../shared/backoff.ts';
import { Semaphore } from '../shared/semaphore.ts';

const retryDelays = { firstMs: 50, longestMs: 2_000 };

/**
 * Some connections of a pool, with a queue of their own, for work that comes in crowds: the others are left to everything else. Whoever
 * waits here waits as long as it takes. That includes those at the head of the queue while the whole pool is in use, which for others is
 * an error after some seconds.
 */
export function fewConnections(pool: PostgresPool, atOnce: number): PostgresPool {
  const queue = new Semaphore(atOnce);
  return {
    async connect() {
      const leave = await queue.acquire();
      try {
        const client = await retrying(() => pool.connect(), { ...retryDelays, isTemporary: isFull });
        return {
          query: client.query.bind(client),
          release(...how: Parameters<typeof client.release>) {
            client.release(...how);
            leave();
          },
        };
      } catch (error) {
        leave();
        throw error;
      }
    },
    options: pool.options,
    // The connections are the pool's own.
    end: async () => undefined,
  };
}

/** Or a new connection could not be opened in time, which is the same error. */
function isFull(error: unknown): boolean {
  return error instanceof Error && error.message === 'timeout exceeded when trying to connect';
}
