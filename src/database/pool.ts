import { Kysely, PostgresDialect, type RawBuilder, sql } from 'kysely';
import pg from 'pg';
import type { Logger } from 'pino';
import { columnTypes } from './column-types.ts';
import { fewConnections } from './few-connections.ts';
import { makeResilient } from './resilient-pool.ts';
import { prepareSession } from './session.ts';
import type { DB } from './types.generated.ts';

export interface DatabaseOptions {
  /** postgres://user:password@host:port/name?sslmode=… */
  url: string;
  /** Maximum number of open connections; further queries wait, 5 s at most. */
  maxConnections: number;
  logger?: Logger;
  /**
   * How long one statement may take before the server ends it with SQLSTATE 57014. If there is no response 5 s later, its
   * connection is closed. Default: no limit.
   */
  statementTimeoutMs?: number;
  /** What pg_stat_activity shows. Default "sightline". */
  applicationName?: string;
}

export interface Database {
  db: Kysely<DB>;
  /** A few of the same connections, for what responses to events read: see {@link fewConnections}. */
  eventDb: Kysely<DB>;
  /** The same connections, for LISTEN-free SQL of libraries (graphile-worker). */
  pool: pg.Pool;
  /** Closes every connection, for a server that does not respond: waiting queries fail, and new connections are opened on demand. */
  cut(): void;
  /** Waits for running queries, then closes every connection. May be called more than once. */
  close(): Promise<void>;
}

/** Also how long a query waits for a free connection. */
const connectTimeoutMs = 5_000;

/** Of twenty. What responses to events read is read for many of them at once, so more are of no use. */
const eventConnections = 4;

/** By then the server has reported a statement that it ended itself; later, no response will come. */
const answerMarginMs = 5_000;

/**
 * A pool of connections, which are opened when first used. {@link waitForDatabase} checks whether the server is usable.
 *
 * bigint and numeric arrive as strings: ids of the event log exceed 2^53 in principle. {@link countRows} for counts.
 */
export function createDatabase(options: DatabaseOptions): Database {
  const { statementTimeoutMs = 0 } = options;
  const pool = new pg.Pool({
    connectionString: options.url,
    max: options.maxConnections,
    connectionTimeoutMillis: connectTimeoutMs,
    idleTimeoutMillis: 30_000,
    types: columnTypes,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    application_name: options.applicationName ?? 'sightline',
    ...(statementTimeoutMs > 0 && { query_timeout: statementTimeoutMs + answerMarginMs }),
    onConnect: (client) => prepareSession(client, statementTimeoutMs),
  });
  const resilient = makeResilient(pool);
  const state = { closing: false };
  reportLostConnections(pool, state, options.logger);
  // Kysely names no statements, so nothing is prepared on the server, and PgBouncer in transaction mode may be used.
  const db = new Kysely<DB>({ dialect: new PostgresDialect({ pool: resilient }) });
  const eventDb = new Kysely<DB>({
    dialect: new PostgresDialect({ pool: fewConnections(resilient, eventConnections) }),
  });
  let closing: Promise<void> | undefined;
  return {
    db,
    eventDb,
    pool,
    cut: resilient.cut,
    close() {
      state.closing = true;
      // Not always pool.end(): Kysely ends the pool itself if it was used, but not otherwise.
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
      // While closing, the server may stop before the last socket is closed: no new connection is needed.
      if (!state.closing)
        logger?.warn({ err: error }, 'A database connection was lost. A new one is opened on demand.');
    });
  });
}
