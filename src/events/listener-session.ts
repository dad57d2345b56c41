import type pg from 'pg';

/** What is kept in the session of the LISTEN connection, and ends with it. */
export interface ListenerSession {
  /** On each new connection, before it is used. When it rejects, the connection is closed and opened again. */
  begin(client: pg.Client): Promise<void>;
  /** The connection has ended, or cannot be relied on any more. Also called when it was never opened. */
  end(): void;
}
