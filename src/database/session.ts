import type pg from 'pg';

/**
 * An open write transaction holds back the event log for the whole cluster, so one that was forgotten must end by itself.
 * Ours take milliseconds.
 */
const idleInTransactionTimeoutMs = 10_000;

/**
 * What a session needs whatever the server, the database and the role have as their defaults.
 *
 * Plans are made anew each time. We prepare nothing, so this is for what PostgreSQL prepares itself: foreign keys, whose
 * plan made while a table is small reads all of it, and stays in the session while the table grows (measured: batches of
 * 200 went in at 172 images/s after 5,000, and at 2,600/s, however many, with this).
 *
 * Not here: `default_transaction_read_only`. Whoever turned it on meant it, see {@link findUnusable}.
 */
const settings: Record<string, string | number> = {
  plan_cache_mode: 'force_custom_plan',
  idle_in_transaction_session_timeout: idleInTransactionTimeoutMs,
  // Dates are read from text, and days are days of UTC.
  datestyle: 'iso, ymd',
  intervalstyle: 'postgres',
  timezone: 'utc',
  // Locks decide who waits for whom here; under serializable those who should wait fail instead.
  default_transaction_isolation: 'read committed',
  // A pool and a listener are idle by nature, and waiting for a lock has its bound in statement_timeout.
  idle_session_timeout: 0,
  lock_timeout: 0,
};

/** How long the server has for them. */
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
