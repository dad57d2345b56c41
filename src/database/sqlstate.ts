/** SQLSTATE classes after which the same transaction may succeed: connection, operator intervention, resources, conflicts. */
const transientClasses = ['08', '57', '53', '40'];
const socketCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EHOSTUNREACH',
  'EAI_AGAIN',
]);

/**
 * pg's own errors, which have no code: the connection broke during a statement, had broken before it (also what a rollback
 * says, in place of the error that led to it), or could not be had in time.
 */
const codeless = /connection terminated|is not queryable|timeout exceeded when trying to connect/i;

/** Whether an error is about reaching the database, not about what was asked of it: then the same may be tried again. */
export function isConnectionTrouble(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code } = error as { code?: unknown };
  if (typeof code === 'string')
    return socketCodes.has(code) || (code.length === 5 && transientClasses.includes(code.slice(0, 2)));
  return codeless.test(error.message);
}
