import type pg from 'pg';

export interface Heartbeat {
  /** How often the server is asked. */
  everyMs: number;
  /** The server is silent when one query has had no response for this many rounds. */
  rounds: number;
}

/** A peer that disappears without closing the connection is noticed within eight seconds. */
export const defaultHeartbeat: Heartbeat = { everyMs: 2_000, rounds: 3 };

/**
 * Checks a connection regularly: a half-open connection can exist for many minutes before the operating system reports it. Rounds
 * are counted, not seconds: in a process that was suspended itself, timers fire before the responses that arrived meanwhile are
 * read.
 *
 * @param onSilence called once, with the error that ends the connection
 * @returns stops it.
 */
export function startHeartbeat(
  client: pg.Client,
  { everyMs, rounds }: Heartbeat,
  onSilence: (error: Error) => void,
): () => void {
  let waitedFor = 0;
  let isAsked = false;
  const timer = setInterval(() => {
    if (!isAsked) return ask();
    waitedFor += 1;
    if (waitedFor < rounds) return;
    clearInterval(timer);
    onSilence(new Error(`The database has not answered for ${(everyMs * rounds) / 1000} s.`));
  }, everyMs);

  function ask(): void {
    isAsked = true;
    waitedFor = 0;
    const answered = () => {
      isAsked = false;
    };
    // The connection also emits an event for whatever breaks it.
    client.query('select 1').then(answered, answered);
  }

  return () => clearInterval(timer);
}
