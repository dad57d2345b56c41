import type { Kysely } from 'kysely';
import type { DB } from '../database/types.generated.ts';
import { encodeId } from '../ids.ts';
import { markTokenRevoked, type SessionTokenRow } from '../organizations/session-tokens.repository.ts';
import { NotFoundError } from '../user-error.ts';

/**
 * Revokes a token for good; doing so again changes nothing. Requests with it are rejected within 10 seconds and its open
 * connections end within 30.
 * @throws NotFoundError
 */
export async function revokeSessionToken(db: Kysely<DB>, organizationId: string, id: string): Promise<SessionTokenRow> {
  const token = await markTokenRevoked(db, organizationId, id);
  if (token === null) throw new NotFoundError(encodeId('sessionToken', id));
  return token;
}
