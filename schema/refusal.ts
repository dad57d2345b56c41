import { GraphQLError } from 'graphql';

/** Refusals of a whole request: GraphQL errors with an HTTP status, where an expected failure is data. */
export type RefusalCode = 'UNAUTHENTICATED' | 'FORBIDDEN' | 'BAD_USER_INPUT' | 'UNAVAILABLE';

const statusOf: Record<RefusalCode, number> = {
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  BAD_USER_INPUT: 400,
  UNAVAILABLE: 503,
};

/** The error that answers a request with `code`; the message says what was found and what to do. */
export function refusal(code: RefusalCode, message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code, http: { status: statusOf[code] } } });
}
