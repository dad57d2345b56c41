/** SQLSTATE classes after which the same transaction may succeed: connection, operator intervention, resources, conflicts. */
const transientClasses = ['08', '57', '53', '40'];

/** This server is read-only: a standby, or `default_transaction_read_only`. After a failover, another server is writable. */
const readOnly = '25006';

/** The server ended a session because of a timeout. */
const endedForIdling = ['25P03', '25P04'];

const socketCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EHOSTUNREACH',
  'EAI_AGAIN',
]);

/** The server temporarily refuses connections: it is stopping, has just crashed, is starting or recovering, or has too many. */
const unavailableForNow = new Set(['57P01', '57P02', '57P03', '53300']);

/**
 * pg's own errors, which have no code: the connection broke during a statement, had broken before it (also reported by a rollback
 * instead of the original error), could not be opened in time, or gave no response in time.
 */
const codeless = /connection terminated|is not queryable|timeout exceeded when trying to connect|query read timeout/i;

/** Whether an error is about reaching the database, not about the statement: then a retry may succeed. */
export function isConnectionTrouble(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = codeOf(error);
  if (code === null) return codeless.test(error.message);
  if (socketCodes.has(code) || code === readOnly || endedForIdling.includes(code)) return true;
  return code.length === 5 && transientClasses.includes(code.slice(0, 2));
}

/** Whether the server refuses connections now, but may accept the next one in a second. */
export function isUnavailableForNow(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = codeOf(error);
  if (code === null) return /connection terminated unexpectedly/i.test(error.message);
  return unavailableForNow.has(code) || code === 'ECONNREFUSED' || code === 'ECONNRESET';
}

/** Whether the connection broke during a statement, which says nothing about the next connection. */
export function isLostConnection(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = codeOf(error);
  if (code === null) return /connection terminated unexpectedly|is not queryable/i.test(error.message);
  return ['57P01', '57P02', 'ECONNRESET', 'EPIPE'].includes(code);
}

/** Whether the server is read-only at present. */
export function isReadOnly(error: unknown): boolean {
  return error instanceof Error && codeOf(error) === readOnly;
}

/** Whether a lock could not be had in time, or two transactions waited for each other: the same transaction may succeed later. */
export function isLockTrouble(error: unknown): boolean {
  return error instanceof Error && ['55P03', '40P01'].includes(codeOf(error) ?? '');
}

/** Whether a statement named a time zone that the server does not know. */
export function isUnknownTimeZone(error: unknown): boolean {
  return error instanceof Error && codeOf(error) === '22023' && /time zone/i.test(error.message);
}

/** Whether this connection is no longer usable: it waits for a response that was abandoned, or leads to a read-only server. */
export function spoilsConnection(error: unknown): boolean {
  return isReadOnly(error) || (error instanceof Error && /query read timeout/i.test(error.message));
}

function codeOf(error: Error): string | null {
  const { code } = error as { code?: unknown };
  return typeof code === 'string' ? code : null;
}
