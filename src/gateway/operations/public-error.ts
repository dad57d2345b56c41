import type { ExecutionResult, GraphQLError, GraphQLFormattedError } from 'graphql';
import type { ErrorMask } from './mask-errors.ts';

/** An error as it is sent over WebSocket: without the parts that concern HTTP only, which Yoga removes itself over HTTP. */
export function publicError(error: GraphQLError): GraphQLFormattedError {
  const { message, locations, path, extensions = {} } = error.toJSON();
  const { http: _http, unexpected: _unexpected, originalError: _original, ...shown } = extensions;
  return { message, locations, path, ...(Object.keys(shown).length > 0 && { extensions: shown }) };
}

/** A result whose errors are masked and public; undefined when it has no errors and can be sent unchanged. */
export function publicResult(result: ExecutionResult, mask: ErrorMask): Record<string, unknown> | undefined {
  return result.errors && { ...result, errors: result.errors.map((error) => publicError(mask(error))) };
}
