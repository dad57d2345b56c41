import { Kysely, PostgresDialect, type RawBuilder, sql } from 'kysely';
import pg from 'pg';
import type { Logger } from 'pino';
import type { DB } from './types.generated.ts';

export interface DatabaseOptions {
  /** postgres://user:password@host:port/name?sslmode=… */
  url: string;
  /** Open connections at most; more queries wait, 10 s at most. */
  maxConnections: number;
  logger?: Logger;
  /** How long one statement may take before the server ends it with SQLSTATE 57014. Default: for ever. */
  statementTimeoutMs?: number;
  /** What pg_stat_activity shows. Default "sightline". */
  applicationName?: string;
}

export interface Database {
  db: Kysely<DB>;
  /** The same connections, for LISTEN-free SQL of libraries (graphile-worker). */
  pool: pg.Pool;
  /** Waits for queries that run, then closes every connection. May be called more than once. */
  close(): Promise<void>;
}

const CONNECT_TIMEOUT_MS = 10_000;

/**
 * An open write transaction holds back the event log for the whole cluster, so one that was forgotten must end by itself.
 * Ours take milliseconds.
 */
const IDLE_IN_TRANSACTION_TIMEOUT_MS = 10_000;

/**
 * As a statement and not as start-up parameters, which pgbouncer refuses.
 *
 * Plans are made anew each time. We prepare nothing, so this is for what PostgreSQL prepares itself: foreign keys, whose
 * plan made while a table is small reads all of it, and stays in the session while the table grows (measured: batches of
 * 200 went in at 172 images/s after 5,000, and at 2,600/s, however many, with this).
 */
function sessionSettings(statementTimeoutMs: number): string {
  return `set idle_in_transaction_session_timeout = ${IDLE_IN_TRANSACTION_TIMEOUT_MS}; set plan_cache_mode = force_custom_plan; set statement_timeout = ${statementTimeoutMs}`;
}

/**
 * A pool of connections, opened when first used: nothing is sent here. {@link waitForDatabase} says whether the server is usable.
 *
 * bigint and numeric arrive as strings: ids of the event log exceed 2^53 in principle. {@link countRows} for counts.
 */
export function createDatabase(options: DatabaseOptions): Database {
  const pool = new pg.Pool({
    connectionString: options.url,
    max: options.maxConnections,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    idleTimeoutMillis: 30_000,
    keepAlive: true,
    application_name: options.applicationName ?? 'sightline',
    onConnect: (client) => client.query(sessionSettings(options.statementTimeoutMs ?? 0)),
  });
  const state = { closing: false };
  reportLostConnections(pool, state, options.logger);
  // Kysely names no statements, so nothing is prepared on the server and a pgbouncer in transaction mode may lie between.
  const db = new Kysely<DB>({ dialect: new PostgresDialect({ pool }) });
  let closing: Promise<void> | undefined;
  return {
    db,
    pool,
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
      if (!state.closing) logger?.warn({ err: error }, 'A database connection was lost; a new one opens on demand.');
    });
  });
}
