import { setTimeout as delay } from 'node:timers/promises';
import type { PostgresPool, PostgresPoolClient } from 'kysely';
import type pg from 'pg';
import { retrying } from '../shared/backoff.ts';
import { isLostConnection, isReadOnly, isUnavailableForNow, spoilsConnection } from './sqlstate.ts';

/** A server that crashed recovers in one to seven seconds (measured on a busy disk), the embedded one is started again in two. */
const patienceMs = 8_000;
const retryDelays = { firstMs: 200, longestMs: 200 };
/** While a server is read-only, every write would replace all connections. */
const replaceEveryMs = 5_000;

export interface ResilientPool extends PostgresPool {
  /** Closes every connection. Waiting statements fail as with any lost connection; new connections are opened on demand. */
  cut(): void;
}

/**
 * A pool for Kysely that tolerates short outages of the server. While the server refuses connections, the attempt is repeated for
 * some seconds. That is always safe, because nothing has been sent. A SELECT whose connection breaks runs once more on another,
 * when it was the first statement on its connection and so not part of a transaction; functions that such SELECTs call may
 * therefore run twice. After the first statement that fails because the server is read-only, all connections are replaced, because
 * they lead to the server that was the primary.
 */
export function makeResilient(pool: pg.Pool): ResilientPool {
  const open = new Set<pg.PoolClient>();
  const spoilt = new WeakSet<pg.PoolClient>();
  let replacedAt = Number.NEGATIVE_INFINITY;
  pool.on('connect', (client) => open.add(client));
  pool.on('remove', (client) => open.delete(client));
  // This also covers connections that libraries take from the pool themselves. A closed connection is not returned to the pool.
  pool.on('release', (_error, client) => {
    if (spoilt.has(client)) void client.end();
  });

  const notice = (client: pg.PoolClient, error: unknown) => {
    if (spoilsConnection(error)) spoilt.add(client);
    if (!isReadOnly(error) || performance.now() - replacedAt < replaceEveryMs) return;
    replacedAt = performance.now();
    for (const each of open) spoilt.add(each);
  };

  /** While the server refuses connections, one caller tries for all: a hundred attempts a second would only delay recovery. */
  let comingBack: Promise<void> | null = null;

  /** For some seconds from now, whether the server may be back soon after an error. */
  function patience(): (error: unknown) => boolean {
    const deadline = performance.now() + patienceMs;
    return (error) => isUnavailableForNow(error) && performance.now() < deadline && !pool.ending;
  }

  async function untilBack(): Promise<void> {
    const isTemporary = patience();
    await delay(retryDelays.firstMs);
    await retrying(async () => (await pool.connect()).release(), { ...retryDelays, isTemporary });
  }

  async function takeSound(): Promise<pg.PoolClient> {
    for (;;) {
      const client = await pool.connect();
      if (!spoilt.has(client)) return client;
      client.release(true);
    }
  }

  async function acquire(): Promise<pg.PoolClient> {
    const isTemporary = patience();
    await comingBack;
    return retrying(takeSound, {
      ...retryDelays,
      isTemporary,
      wait: () =>
        (comingBack ??= untilBack().finally(() => {
          comingBack = null;
        })),
    });
  }

  let lastCutAt = Number.NEGATIVE_INFINITY;

  async function connect(): Promise<PostgresPoolClient> {
    let client = await acquire();
    let isReleased = false;
    const release = (destroy?: boolean) => {
      if (!isReleased) client.release(destroy);
      isReleased = true;
    };
    let isFirst = true;
    const query = async (text: string, parameters: readonly unknown[]) => {
      const isLoneRead = isFirst && /^\s*select\b/i.test(text);
      isFirst = false;
      const sentAt = performance.now();
      try {
        return await client.query(text, parameters as unknown[]);
      } catch (error) {
        notice(client, error);
        if (!isLoneRead || !isLostConnection(error) || lastCutAt >= sentAt || pool.ending) throw error;
        release(true);
        client = await acquire();
        isReleased = false;
        return await client.query(text, parameters as unknown[]);
      }
    };
    // Without the overload that takes a cursor, which nothing here uses.
    return { query: query as unknown as PostgresPoolClient['query'], release };
  }

  return {
    connect,
    options: pool.options,
    end: () => pool.end(),
    cut() {
      lastCutAt = performance.now();
      for (const client of open) client.connection.stream.destroy();
    },
  };
}
