import type { Kysely } from 'kysely';
import type { DB } from '../database/types.generated.ts';
import { newId } from '../ids.ts';
import { hashSecret, newSessionSecret } from '../organizations/key-secret.ts';
import { findUsableAdminKey } from '../organizations/keys.repository.ts';
import { findDefaultOrganization } from '../organizations/organizations.repository.ts';
import { insertSessionToken } from '../organizations/session-tokens.repository.ts';

/** Long enough to open a link that was just printed. */
const lifetimeMs = 5 * 60_000;

/**
 * The path of a page that signs in by itself, once and within five minutes, as an ADMIN of the first organisation. The secret
 * stands in the fragment, which browsers send to no server.
 * @returns null when no key is left that could sign in
 */
export async function createSignInPath(db: Kysely<DB>): Promise<string | null> {
  const organization = await findDefaultOrganization(db);
  const key = organization && (await findUsableAdminKey(db, organization.id));
  if (!key) return null;
  const secret = newSessionSecret();
  await insertSessionToken(db, key.organization_id, {
    id: newId(),
    apiKeyId: key.id,
    secretHash: hashSecret(secret),
    scopes: key.scopes,
    narrowing: null,
    actor: null,
    singleUse: true,
    expiresAt: new Date(Date.now() + lifetimeMs),
  });
  return `/#sign-in=${secret}`;
}
