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
 * A link to the dashboard that signs in once, within five minutes, as an ADMIN of the first organisation. The secret is in the
 * fragment, which browsers do not send to the server.
 * @param url of the dashboard, without a slash at the end
 * @returns null when no key is left that could sign in
 */
export async function createSignInLink(db: Kysely<DB>, url: string): Promise<string | null> {
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
    analysisId: null,
    expiresAt: new Date(Date.now() + lifetimeMs),
  });
  return `${url}/#sign-in=${secret}`;
}
