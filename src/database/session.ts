import type pg from 'pg';

/**
 * An open write transaction holds back the event log for the whole cluster, so a forgotten one must be ended. Ours take
 * milliseconds.
 */
const idleInTransactionTimeoutMs = 10_000;

/**
 * Settings that every session needs, whatever the defaults of the server, the database and the role are.
 *
 * Plans are not cached. We prepare nothing, so this concerns statements that PostgreSQL prepares itself: checks of foreign keys. A
 * plan made while a table is small reads the whole table, and stays in the session while the table grows (measured: batches of 200
 * went in at 172 images/s after 5,000, and at 2,600/s, however many, with this). Where many rows are inserted, planning each check anew
 * takes most of the time: see {@link withCachedKeyChecks}. The function `events_after` keeps its plan, which has no choice of indexes.
 *
 * Not here: `default_transaction_read_only`. It was switched on deliberately, see {@link findUnusable}.
 */
const settings: Record<string, string | number> = {
  plan_cache_mode: 'force_custom_plan',
  idle_in_transaction_session_timeout: idleInTransactionTimeoutMs,
  // Dates are read from text, and days are days of UTC.
  datestyle: 'iso, ymd',
  intervalstyle: 'postgres',
  timezone: 'utc',
  // The code relies on waiting for locks; under serializable, transactions that should wait fail instead.
  default_transaction_isolation: 'read committed',
  // Pools and listeners are normally idle, and statement_timeout limits the wait for a lock.
  idle_session_timeout: 0,
  lock_timeout: 0,
};

/** How long the server may take to apply them. */
const answerTimeoutMs = 5_000;

/**
 * Gives a new session its settings. As a statement and not as start-up parameters, which PgBouncer rejects.
 *
 * @param statementTimeoutMs 0: none
 */
export async function prepareSession(client: pg.ClientBase, statementTimeoutMs: number): Promise<void> {
  const all = Object.entries({ ...settings, statement_timeout: statementTimeoutMs });
  const text = all
    .map(([name, value]) => `set ${name} = ${typeof value === 'number' ? value : `'${value}'`}`)
    .join('; ');
  await client.query({ text, query_timeout: answerTimeoutMs } as pg.QueryConfig);
}
