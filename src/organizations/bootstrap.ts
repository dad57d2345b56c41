import type { Kysely, Transaction } from 'kysely';
import type { DB } from '../database/types.generated.ts';
import { newId } from '../ids.ts';
import { newSecret } from './key-secret.ts';
import { countApiKeys } from './keys.repository.ts';
import { storeKey } from './keys.service.ts';
import { findDefaultOrganization, insertOrganization, lockFirstStart } from './organizations.repository.ts';

const adminKey = { scopes: ['ADMIN'], expiresAt: null } as const;

/**
 * Ensures that there is an organisation and a key for it. Repeating it changes nothing, and processes that start at the same time
 * create only one organisation. An empty database gets the organisation "Default" (plan UNLIMITED). If the oldest organisation has
 * never had a key, it gets one with scope ADMIN. `bootstrapApiKey` is that key's secret; on a database with organisations it
 * becomes a key of the oldest one, unless a key with this secret exists (a revoked one stays revoked).
 * @returns the secret of the key made just now, to be shown this once; null if there were keys, or the operator provided the secret
 */
export async function bootstrapOrganization(db: Kysely<DB>, bootstrapApiKey: string | null): Promise<string | null> {
  return db.transaction().execute(async (trx) => {
    await lockFirstStart(trx);
    const found = await findDefaultOrganization(trx);
    const organizationId = found?.id ?? (await createDefaultOrganization(trx));
    if (bootstrapApiKey !== null) {
      await storeKey(trx, organizationId, { ...adminKey, name: 'Bootstrap' }, bootstrapApiKey);
      return null;
    }
    if ((await countApiKeys(trx, organizationId)) > 0) return null;
    const secret = newSecret();
    await storeKey(trx, organizationId, { ...adminKey, name: 'First key' }, secret);
    return secret;
  });
}

/**
 * The oldest organisation, which is created if there is none, because a command may need it before the first start.
 * @returns its UUID
 */
export function ensureDefaultOrganization(db: Kysely<DB>): Promise<string> {
  return db.transaction().execute(async (trx) => {
    await lockFirstStart(trx);
    return (await findDefaultOrganization(trx))?.id ?? createDefaultOrganization(trx);
  });
}

/** The oldest organisation of a server that has one. */
async function createDefaultOrganization(trx: Transaction<DB>): Promise<string> {
  const id = newId();
  await insertOrganization(trx, { id, name: 'Default', plan: 'UNLIMITED' });
  return id;
}
