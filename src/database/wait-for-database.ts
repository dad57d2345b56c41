import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import type { Logger } from 'pino';

export interface WaitOptions {
  /** How long a server that cannot be reached is tried again. Default 30 s: a database container that starts beside us. */
  timeoutMs?: number;
  signal?: AbortSignal;
  logger?: Logger;
}

const OLDEST_SERVER = 14;
const RETRY_MS = 500;

/** The server is there but not yet: stopping or crashed just now, starting up, too many connections. */
const NOT_YET = new Set(['57P01', '57P02', '57P03', '53300']);

/** Nobody answers, or the name is not known (yet). */
const UNREACHABLE = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ETIMEDOUT',
  'ENOENT',
]);

/** What pg and its pool say without a code: nobody answered in time, or hung up, as a proxy does whose server is not there yet. */
const NO_ANSWER = /timeout|connection terminated/i;

/**
 * Waits until the server answers, and checks that it is new enough.
 *
 * @throws an Error with a sentence for the operator (host, port, database and user, never the password): at once for what
 *   waiting does not change (password, no such database, version), after `timeoutMs` for a server that cannot be reached.
 */
export async function waitForDatabase(pool: pg.Pool, options: WaitOptions = {}): Promise<void> {
  const deadline = Date.now() + (options.timeoutMs ?? 30_000);
  let warned = false;
  for (;;) {
    try {
      return await assertVersion(pool);
    } catch (error) {
      const cause = error as Error & { code?: string };
      if (!isTemporary(cause) || Date.now() >= deadline) throw explain(pool, cause);
      if (!warned) options.logger?.warn(`${explain(pool, cause).message} Trying again.`);
      warned = true;
      await delay(RETRY_MS, undefined, { signal: options.signal });
    }
  }
}

async function assertVersion(pool: pg.Pool): Promise<void> {
  const { rows } = await pool.query<{ version: string }>(`select current_setting('server_version_num') as version`);
  assertSupportedVersion(Number(rows[0]?.version));
}

/** @param versionNumber `server_version_num`: 140012 is 14.12 */
export function assertSupportedVersion(versionNumber: number): void {
  const major = Math.floor(versionNumber / 10_000);
  if (major < OLDEST_SERVER) {
    throw new Error(
      `The database server is PostgreSQL ${major}; ${OLDEST_SERVER} or newer is needed. Upgrade it, or unset DATABASE_URL to use the bundled one.`,
    );
  }
}

function isTemporary(error: Error & { code?: string }): boolean {
  return NOT_YET.has(error.code ?? '') || isUnreachable(error);
}

function isUnreachable(error: Error & { code?: string }): boolean {
  return UNREACHABLE.has(error.code ?? '') || NO_ANSWER.test(error.message);
}

function explain(pool: pg.Pool, error: Error & { code?: string }): Error {
  const server = describeServer(pool.options.connectionString ?? '');
  if (isUnreachable(error)) {
    const why = error.code ?? error.message;
    return new Error(
      `The database server at ${server} cannot be reached (${why}). Check DATABASE_URL and that the server runs.`,
      {
        cause: error,
      },
    );
  }
  // Codes of PostgreSQL have five characters: it answered, and refused.
  if (error.code?.length === 5) {
    return new Error(`The database server at ${server} refused: ${error.message}. Check DATABASE_URL.`, {
      cause: error,
    });
  }
  return error;
}

/** "db.example:5432, database shop, user anna": everything of a database URL but the password. */
export function describeServer(url: string): string {
  // "host=db password=…" would be read as the name of a database, and shown.
  if (!/^postgres(ql)?:\/\//.test(url)) return 'an address that does not begin with postgres://';
  // A client that is never connected: pg itself knows how it reads a URL (sockets, defaults of PGHOST and the like).
  const { host, port, database, user } = new pg.Client({ connectionString: url });
  return `${host}:${port}, database ${database}, user ${user}`;
}
