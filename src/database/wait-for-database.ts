import pg from 'pg';
import type { Logger } from 'pino';
import { retrying } from '../shared/backoff.ts';
import { isConnectionTrouble, isUnavailableForNow } from './sqlstate.ts';
import {
  assertSupportedVersion,
  type DatabaseTraits,
  findReadOnly,
  findUnusable,
  findWeakness,
  readTraits,
} from './suitability.ts';

export interface WaitOptions {
  /**
   * How long to retry when the server cannot be reached or is read-only. Default 30 s: a database container may start at the same
   * time.
   */
  timeoutMs?: number;
  signal?: AbortSignal;
  logger?: Logger;
}

const retryDelays = { firstMs: 500, longestMs: 500 };
const answerTimeoutMs = 10_000;

/** A server that is read-only now and may be writable soon: a failover is in progress. */
class ReadOnlyError extends Error {}

/** More than {@link isConnectionTrouble}: also a socket that does not exist yet, and a proxy in front of a starting server. */
const noAnswer = /timeout|connection terminated/i;

/**
 * Waits until the server responds and is writable, and checks that we can use it.
 * @returns its properties
 * @throws an Error with a sentence for the operator (host, port, database and user, never the password): at once if waiting does
 *   not help (password, no such database, version, encoding, collation), otherwise after `timeoutMs`.
 */
export async function waitForDatabase(
  { options: { connectionString = '' } }: pg.Pool,
  options: WaitOptions = {},
): Promise<DatabaseTraits> {
  const deadline = Date.now() + (options.timeoutMs ?? 30_000);
  let warned = false;
  try {
    return await retrying(() => assertUsable(connectionString, options.logger), {
      ...retryDelays,
      isTemporary: (error) => isTemporary(error as Error) && Date.now() < deadline,
      onRetry: (error) => {
        if (!warned) options.logger?.warn(`${explain(connectionString, error as Error).message} Trying again.`);
        warned = true;
      },
      signal: options.signal,
    });
  } catch (error) {
    throw explain(connectionString, error as Error);
  }
}

async function assertUsable(url: string, logger?: Logger): Promise<DatabaseTraits> {
  const traits = await readTraits(url, answerTimeoutMs);
  assertSupportedVersion(traits.version);
  const unusable = findUnusable(traits);
  if (unusable) throw new Error(`The database at ${describeServer(url)} cannot be used. ${unusable}`);
  const readOnly = findReadOnly(traits);
  if (readOnly) throw new ReadOnlyError(`The database at ${describeServer(url)} is read-only. ${readOnly}`);
  const weakness = findWeakness(traits);
  if (weakness) logger?.warn(`The database at ${describeServer(url)} can be used, but ${weakness}.`);
  return traits;
}

function isTemporary(error: Error & { code?: string }): boolean {
  return error instanceof ReadOnlyError || isUnavailableForNow(error) || isUnreachable(error);
}

function isUnreachable(error: Error & { code?: string }): boolean {
  if (noAnswer.test(error.message) || error.code === 'ENOENT' || error.code === 'ENETUNREACH') return true;
  // Codes of PostgreSQL have five characters, so the server responded.
  return error.code?.length !== 5 && isConnectionTrouble(error);
}

function explain(url: string, error: Error & { code?: string }): Error {
  const server = describeServer(url);
  if (error.code?.length === 5)
    return new Error(
      `The database server at ${server} rejected the connection: ${error.message}. Check DATABASE_URL.`,
      { cause: error },
    );
  if (!isUnreachable(error) || error instanceof ReadOnlyError) return error;
  const why = error.code ?? error.message;
  return new Error(
    `The database server at ${server} cannot be reached (${why}). Check DATABASE_URL, and that the server is running.`,
    { cause: error },
  );
}

/** "db.example:5432, database shop, user anna": everything in a database URL except the password. */
export function describeServer(url: string): string {
  // "host=db password=…" would be treated as the name of a database, and printed.
  if (!/^postgres(ql)?:\/\//.test(url)) return 'an address that does not begin with postgres://';
  // This client never connects: it is used because pg knows how to parse a URL (sockets, defaults such as PGHOST).
  const { host, port, database, user } = new pg.Client({ connectionString: url });
  return `${host}:${port}, database ${database}, user ${user}`;
}
