import { setTimeout as delay } from 'node:timers/promises';
import type { PostgresPool, PostgresPoolClient } from 'kysely';
import type pg from 'pg';
import { isReadOnly, isRefusedForNow, spoilsConnection } from './sqlstate.ts';

/** A server that crashed recovers in about a second, the embedded one is started again in two. */
const patienceMs = 5_000;
const retryMs = 200;
/** While a server is read-only, every write would replace all connections. */
const replaceEveryMs = 5_000;

export interface ResilientPool extends PostgresPool {
  /** Cuts every connection. What waits for an answer fails as with any lost connection; new ones open on demand. */
  cut(): void;
}

/**
 * A pool as Kysely uses it that gets over a server that is away for a moment.
 *
 * A connection that is refused is asked for again for some seconds: nothing has been sent, so that is always safe. After the
 * first statement that is refused as read-only all connections are replaced: they lead to the server that was the primary.
 */
export function makeResilient(pool: pg.Pool): ResilientPool {
  const open = new Set<pg.PoolClient>();
  const spoilt = new WeakSet<pg.PoolClient>();
  let replacedAt = Number.NEGATIVE_INFINITY;
  pool.on('connect', (client) => open.add(client));
  pool.on('remove', (client) => open.delete(client));
  // Also those that libraries take from the pool themselves. One that has been ended is not put back.
  pool.on('release', (_error, client) => {
    if (spoilt.has(client)) void client.end();
  });

  const notice = (client: pg.PoolClient, error: unknown) => {
    if (spoilsConnection(error)) spoilt.add(client);
    if (!isReadOnly(error) || performance.now() - replacedAt < replaceEveryMs) return;
    replacedAt = performance.now();
    for (const each of open) spoilt.add(each);
  };

  async function acquire(): Promise<pg.PoolClient> {
    const deadline = performance.now() + patienceMs;
    for (;;) {
      try {
        const client = await pool.connect();
        if (!spoilt.has(client)) return client;
        client.release(true);
      } catch (error) {
        if (!isRefusedForNow(error) || performance.now() >= deadline || pool.ending) throw error;
        await delay(retryMs);
      }
    }
  }

  return {
    async connect() {
      const client = await acquire();
      const query = (text: string, parameters: readonly unknown[]) =>
        client.query(text, parameters as unknown[]).catch((error: unknown) => {
          notice(client, error);
          throw error;
        });
      // Without the form of it that takes a cursor, by which nothing here reads.
      return { query: query as unknown as PostgresPoolClient['query'], release: (destroy) => client.release(destroy) };
    },
    options: pool.options,
    end: () => pool.end(),
    cut() {
      for (const client of open) client.connection.stream.destroy();
    },
  };
}
