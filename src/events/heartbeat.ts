import type pg from 'pg';

export interface Heartbeat {
  /** How often the server is asked. */
  everyMs: number;
  /** So many rounds without an answer to one question are silence. */
  rounds: number;
}

/** A peer that is gone without a word is noticed within eight seconds. */
export const defaultHeartbeat: Heartbeat = { everyMs: 2_000, rounds: 3 };

/**
 * Asks a connection again and again whether the server is still there: half of a connection can be gone for many minutes
 * before the operating system says so.
 *
 * Rounds are counted, not seconds: a process that was held up itself finds its timers due before the answers that have come
 * meanwhile.
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
    // What breaks the connection is an event of it as well.
    client.query('select 1').then(answered, answered);
  }

  return () => clearInterval(timer);
}
