import type { ExecutionResult, GraphQLError, GraphQLFormattedError } from 'graphql';

/** An error as it goes over a WebSocket: without what concerns HTTP only, which Yoga strips on its own side. */
export function publicError(error: GraphQLError): GraphQLFormattedError {
  const { message, locations, path, extensions = {} } = error.toJSON();
  const { http: _http, unexpected: _unexpected, originalError: _original, ...shown } = extensions;
  return { message, locations, path, ...(Object.keys(shown).length > 0 && { extensions: shown }) };
}

/** A result whose errors are public; undefined when it has none and may go as it is. */
export function publicResult(result: ExecutionResult): Record<string, unknown> | undefined {
  return result.errors && { ...result, errors: result.errors.map(publicError) };
}
