/** A member of a result union: what was asked for, or a UserError. */
export interface UnionResult {
  __typename: string;
  message?: string;
}

/**
 * The result when it is of the type that means success.
 * @throws Error with the server's sentence otherwise
 */
export function expectType<T extends UnionResult>(result: T, success: T['__typename'], what: string): T {
  if (result.__typename === success) return result;
  throw new Error(`${what}: ${result.message ?? result.__typename}`);
}
