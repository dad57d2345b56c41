import { randomBytes } from 'node:crypto';
import type pg from 'pg';

/**
 * The server ends the session of a machine that has lost its power or its network when it has not acknowledged anything for ten seconds:
 * TCP itself would wait for hours. A machine that only sleeps for less keeps its session.
 */
const keepaliveSettings = {
  tcp_keepalives_idle: 4,
  tcp_keepalives_interval: 2,
  tcp_keepalives_count: 3,
  tcp_user_timeout: 10_000,
};

/** Of each statement. */
const answerTimeoutMs = 5_000;

/**
 * An advisory lock that shows other processes that this one lives: PostgreSQL releases it when the connection ends, which it does at once
 * when the process is killed. Each connection takes a new key, because the server may not have noticed yet that the previous one has ended.
 *
 * Behind a pooler it is not taken, because it would stay in a session that the pooler keeps and gives to others.
 */
export class LivenessLock {
  #key: string | null = null;
  #changed: () => void = () => undefined;

  /** Of the lock that is held, for pg_advisory_lock(bigint); null: none is. */
  get key(): string | null {
    return this.#key;
  }

  /** Calls the listener whenever `key` has changed. There is one listener. */
  onChange(listener: () => void): void {
    this.#changed = listener;
  }

  /** Takes the lock in the session of this connection. */
  async begin(client: pg.Client): Promise<void> {
    if (!(await isDirect(client))) return;
    const key = randomBytes(8).readBigInt64BE().toString();
    const settings = Object.entries(keepaliveSettings).map(([name, value]) => `set ${name} = ${value}`);
    await ask(client, [...settings, `select pg_advisory_lock(${key})`].join('; '));
    this.#setKey(key);
  }

  /** The connection has ended. */
  end(): void {
    this.#setKey(null);
  }

  /** The server has released the lock with this key, although the connection seems to be open. */
  lost(key: string): void {
    if (this.#key === key) this.#setKey(null);
  }

  #setKey(key: string | null): void {
    if (this.#key === key) return;
    this.#key = key;
    this.#changed();
  }
}

/**
 * Whether no pooler stands in between: poolers tell their clients a process id of their own (of PgBouncer it is random), so that they can
 * find the statement that a client wants to cancel.
 */
async function isDirect(client: pg.Client): Promise<boolean> {
  const { rows } = await ask(client, 'select pg_backend_pid() as pid');
  // Not in the types of pg; it is what the server announced when the connection began.
  return (rows[0] as { pid: number }).pid === (client as pg.Client & { processID: number | null }).processID;
}

function ask(client: pg.Client, text: string): Promise<pg.QueryResult> {
  return client.query({ text, query_timeout: answerTimeoutMs } as pg.QueryConfig);
}
