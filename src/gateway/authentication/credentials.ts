import { refusal } from '../../refusal.ts';

/**
 * The secret among headers (or among connection parameters, which may be named like them); null when there is none, or an empty one
 * as in GraphiQL's first tab. X-API-Key takes precedence over Authorization, which a proxy may use for itself.
 * @throws GraphQLError UNAUTHENTICATED when the secret has the wrong form
 */
export function findSecret(values: Record<string, unknown>): string | null {
  const named = new Map(Object.entries(values).map(([name, value]) => [name.toLowerCase(), value]));
  const key = text(named.get('x-api-key')) || text(named.get('apikey'));
  if (key) return key;
  const authorization = text(named.get('authorization'));
  return authorization ? bearerToken(authorization) : null;
}

function text(value: unknown): string {
  if (value == null) return '';
  if (typeof value === 'string') return value.trim();
  throw refusal('UNAUTHENTICATED', 'The API key is not text. Send the whole secret, beginning with sl_ or sls_.');
}

function bearerToken(authorization: string): string {
  const [scheme = '', token = '', ...rest] = authorization.split(/\s+/);
  if (scheme.toLowerCase() === 'bearer' && token !== '' && rest.length === 0) return token;
  throw refusal(
    'UNAUTHENTICATED',
    'The Authorization header does not have the form "Bearer <API key>". Send that, or the header X-API-Key.',
  );
}
