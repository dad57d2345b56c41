import { Kysely, PostgresDialect, type RawBuilder, sql } from 'kysely';
import pg from 'pg';
import type { Logger } from 'pino';
import { makeResilient } from './resilient-pool.ts';
import { prepareSession } from './session.ts';
import type { DB } from './types.generated.ts';

export interface DatabaseOptions {
  /** postgres://user:password@host:port/name?sslmode=… */
  url: string;
  /** Open connections at most; more queries wait, 5 s at most. */
  maxConnections: number;
  logger?: Logger;
  /**
   * How long one statement may take before the server ends it with SQLSTATE 57014. One that is not answered 5 s later is given
   * up with its connection. Default: for ever.
   */
  statementTimeoutMs?: number;
  /** What pg_stat_activity shows. Default "sightline". */
  applicationName?: string;
}

export interface Database {
  db: Kysely<DB>;
  /** The same connections, for LISTEN-free SQL of libraries (graphile-worker). */
  pool: pg.Pool;
  /** Cuts every connection, for a server that does not answer: what waits fails, and new ones open on demand. */
  cut(): void;
  /** Waits for queries that run, then closes every connection. May be called more than once. */
  close(): Promise<void>;
}

/** Also how long a query waits for one of them to be free. */
const CONNECT_TIMEOUT_MS = 5_000;

/** What the server itself ends is answered by then; later, nobody answers any more. */
const ANSWER_MARGIN_MS = 5_000;

/**
 * A pool of connections, opened when first used: nothing is sent here. {@link waitForDatabase} says whether the server is usable.
 *
 * bigint and numeric arrive as strings: ids of the event log exceed 2^53 in principle. {@link countRows} for counts.
 */
export function createDatabase(options: DatabaseOptions): Database {
  const { statementTimeoutMs = 0 } = options;
  const pool = new pg.Pool({
    connectionString: options.url,
    max: options.maxConnections,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    idleTimeoutMillis: 30_000,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    application_name: options.applicationName ?? 'sightline',
    ...(statementTimeoutMs > 0 && { query_timeout: statementTimeoutMs + ANSWER_MARGIN_MS }),
    onConnect: (client) => prepareSession(client, statementTimeoutMs),
  });
  const resilient = makeResilient(pool);
  const state = { closing: false };
  reportLostConnections(pool, state, options.logger);
  // Kysely names no statements, so nothing is prepared on the server and a pgbouncer in transaction mode may lie between.
  const db = new Kysely<DB>({ dialect: new PostgresDialect({ pool: resilient }) });
  let closing: Promise<void> | undefined;
  return {
    db,
    pool,
    cut: resilient.cut,
    close() {
      state.closing = true;
      // Not pool.end() beside it: Kysely ends the pool once it was used, and never when it was not.
      closing ??= db.destroy().then(() => (pool.ended ? undefined : pool.end()));
      return closing;
    },
  };
}

/** `count(*)` as a number; more than 2^31 rows are an error of the database, not a wrong number. */
export function countRows(): RawBuilder<number> {
  return sql<number>`count(*)::integer`;
}

function reportLostConnections(pool: pg.Pool, state: { closing: boolean }, logger?: Logger): void {
  // Without a listener a lost connection ends the process. The pool's own event repeats what the client's says while it is idle.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => {
    client.on('error', (error) => {
      // While closing, the server may be gone before the last socket is: nobody needs another one.
      if (!state.closing)
        logger?.warn({ err: error }, 'A database connection was lost. A new one is opened on demand.');
    });
  });
}
