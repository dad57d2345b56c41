import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';

/** Keys of session locks that concurrent starts wait for. Any numbers work; the first is "SIGHTLIN" in ASCII. */
export const migrationLock = '6001097990389682510';
export const onlineLock = '6001097990389682511';

const retryMs = 50;

/**
 * Runs work while no other process runs any under this lock. A connection outside the pool holds it, because many waiters in one pool
 * would leave the holder no connection.
 *
 * Waiters ask again and again instead of waiting in one statement: CREATE INDEX CONCURRENTLY waits for all statements that run, so it and
 * a waiter for the lock that its process holds would wait for each other for ever.
 */
export async function withLock<T>(pool: pg.Pool, key: string, work: () => Promise<T>): Promise<T> {
  const client = new pg.Client({
    connectionString: pool.options.connectionString,
    application_name: 'sightline-migrate',
  });
  // A lost connection is reported by the waiting query or the work; without this listener it would end the process.
  client.on('error', () => undefined);
  await client.connect();
  try {
    while (!(await tryLock(client, key))) await delay(retryMs);
    return await work();
  } finally {
    // Ends the session and with it the lock.
    await client.end();
  }
}

async function tryLock(client: pg.Client, key: string): Promise<boolean> {
  const { rows } = await client.query<{ taken: boolean }>('select pg_try_advisory_lock($1) as taken', [key]);
  return rows[0]!.taken;
}
