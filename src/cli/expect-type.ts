/** A member of a result union: the success type, or a UserError. */
export interface UnionResult {
  __typename: string;
  message?: string;
}

/** The result if it is of the success type. @throws Error with the server's message otherwise */
export function expectType<T extends UnionResult>(result: T, success: T['__typename'], what: string): T {
  if (result.__typename === success) return result;
  throw new Error(`${what}: ${result.message ?? result.__typename}`);
}
