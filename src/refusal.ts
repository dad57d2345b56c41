import { GraphQLError } from 'graphql';

/** Refusals of a whole request, as the contract lists them. */
export type RefusalCode =
  | 'UNAUTHENTICATED'
  | 'FORBIDDEN'
  | 'NOT_FOUND'
  | 'BAD_USER_INPUT'
  | 'QUERY_TOO_COSTLY'
  | 'PAYLOAD_TOO_LARGE'
  | 'RESPONSE_TOO_LARGE'
  | 'UNAVAILABLE';

const statusOf: Record<RefusalCode, number> = {
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  BAD_USER_INPUT: 400,
  QUERY_TOO_COSTLY: 400,
  PAYLOAD_TOO_LARGE: 413,
  RESPONSE_TOO_LARGE: 400,
  UNAVAILABLE: 503,
};

/** A temporary condition passes in seconds, or in hours: after this many seconds a client may retry. */
export const retryAfterSeconds = 5;

/** The error response to a request; the message says what was found and what to do. `status` overrides the code's own. */
export function refusal(code: RefusalCode, message: string, status = statusOf[code]): GraphQLError {
  const headers = code === 'UNAVAILABLE' && { headers: { 'retry-after': String(retryAfterSeconds) } };
  return new GraphQLError(message, { extensions: { code, http: { status, ...headers } } });
}
