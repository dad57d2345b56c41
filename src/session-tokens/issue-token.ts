import type { Kysely } from 'kysely';
import type { Caller } from '../context.ts';
import type { DB } from '../database/types.generated.ts';
import { newId } from '../ids.ts';
import { hashSecret, newSessionSecret } from '../organizations/key-secret.ts';
import {
  countUnexpiredTokens,
  insertSessionToken,
  type NewSessionToken,
  type SessionTokenRow,
} from '../organizations/session-tokens.repository.ts';
import { ValidationError } from '../user-error.ts';

/** Far more than the signed-in browsers of a backend; it stops a loop that creates tokens before the table grows large. */
const mostTokensPerKey = 10_000;

/** A token except for what every new one is given. */
export type TokenToIssue = Omit<NewSessionToken, 'id' | 'apiKeyId' | 'secretHash'>;

export interface CreatedToken {
  token: SessionTokenRow;
  /** It cannot be shown again. */
  secret: string;
}

/**
 * Stores a new token of the caller's key.
 * @throws ValidationError if the key has too many
 */
export async function issueToken(db: Kysely<DB>, caller: Caller, token: TokenToIssue): Promise<CreatedToken> {
  await assertRoom(db, caller);
  const secret = newSessionSecret();
  const row = await insertSessionToken(db, caller.organizationId, {
    ...token,
    id: newId(),
    apiKeyId: caller.apiKeyId,
    secretHash: hashSecret(secret),
  });
  return { token: row, secret };
}

/** Two concurrent requests may both pass: the limit is against loops, and one token more does no harm. */
async function assertRoom(db: Kysely<DB>, { organizationId, apiKeyId }: Caller): Promise<void> {
  const count = await countUnexpiredTokens(db, organizationId, apiKeyId, mostTokensPerKey);
  if (count < mostTokensPerKey) return;
  const message = `The API key has ${mostTokensPerKey} session tokens that have not expired. Wait, let them expire sooner, or use another key.`;
  throw new ValidationError([{ path: [], message }]);
}
