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

/** Whether an error is about reaching the database, not about what was asked of it: then the same may be tried again. */
export function isConnectionTrouble(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code } = error as { code?: unknown };
  if (typeof code === 'string')
    return socketCodes.has(code) || (code.length === 5 && transientClasses.includes(code.slice(0, 2)));
  // pg has no code for these two.
  return /connection terminated|timeout exceeded when trying to connect/i.test(error.message);
}
