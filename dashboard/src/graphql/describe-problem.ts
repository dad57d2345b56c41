import { CombinedGraphQLErrors, ServerError } from '@apollo/client';

/** What to tell a person about an error: the API's own words where it has any. */
export function describeProblem(error: unknown): string {
  if (CombinedGraphQLErrors.is(error)) return error.errors.map(({ message }) => message).join(' ');
  if (ServerError.is(error)) return `The server answered with HTTP ${error.statusCode}. Try again in a moment.`;
  // What fetch throws when no answer came.
  if (error instanceof TypeError)
    return 'The server cannot be reached. Check the network, and whether the server runs.';
  if (error instanceof Error) return error.message;
  return hasMessage(error) ? error.message : 'Something failed that has no description. Try again.';
}

/** Errors of the API that are data (UserError) have one. */
function hasMessage(error: unknown): error is { message: string } {
  return typeof error === 'object' && error !== null && 'message' in error && typeof error.message === 'string';
}
