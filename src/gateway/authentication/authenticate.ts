import type { GraphQLError } from 'graphql';
import type { Caller } from '../../context.ts';
import type { Logger } from '../../log.ts';
import { type Callers, InvalidKeyError } from '../../organizations/callers.ts';
import { refusal } from '../../refusal.ts';

/**
 * The caller that this secret, of a key or a session token, belongs to; null if there is no secret.
 * @throws GraphQLError UNAUTHENTICATED if it is not valid, UNAVAILABLE if that cannot be checked
 */
export async function authenticate(
  resources: { callers: Callers; logger: Logger },
  secret: string | null,
): Promise<Caller | null> {
  if (secret === null) return null;
  try {
    return await resources.callers.find(secret);
  } catch (error) {
    if (error instanceof InvalidKeyError) throw refusal('UNAUTHENTICATED', error.message);
    resources.logger.error({ err: error }, 'An API key could not be looked up.');
    throw refusal('UNAVAILABLE', 'The service cannot reach its database at the moment. Retry in a few seconds.');
  }
}

/** The response to an operation without a key that requests more than introspection. */
export function missingKey(): GraphQLError {
  return refusal(
    'UNAUTHENTICATED',
    'No API key was sent. Send one in the header X-API-Key, or as apiKey in the connectionParams of a WebSocket.',
  );
}
