/** Error codes of PostgreSQL that services expect. */
export const sqlState = { uniqueViolation: '23505', foreignKeyViolation: '23503' } as const;

/** Whether a caught value is PostgreSQL's error for a violation of this constraint. */
export function violates(error: unknown, constraint: string): boolean {
  if (!(error instanceof Error) || !('code' in error) || !('constraint' in error)) return false;
  const expected: unknown[] = [sqlState.uniqueViolation, sqlState.foreignKeyViolation];
  return expected.includes(error.code) && error.constraint === constraint;
}
