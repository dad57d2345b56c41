import type { Kysely, Transaction } from 'kysely';
import type { DB } from '../database/types.generated.ts';
import { newId } from '../ids.ts';
import { newSecret } from './key-secret.ts';
import { countApiKeys } from './keys.repository.ts';
import { storeKey } from './keys.service.ts';
import { findDefaultOrganization, insertOrganization, lockFirstStart } from './organizations.repository.ts';

const adminKey = { scopes: ['ADMIN'], expiresAt: null } as const;

/**
 * Sees to it that there is an organisation to work in and a key to do it with; repeating it changes nothing, and processes
 * that start at once make one organisation between them.
 * An empty database gets the organisation "Default" (plan UNLIMITED), and one whose oldest organisation never had a key, a
 * key with scope ADMIN. `bootstrapApiKey` is that key's secret; on a database that has organisations it becomes a key of the
 * oldest one, unless some key has it already (a revoked one stays revoked).
 * @returns the secret of the key made just now, to be shown this once; null when there were keys, or the operator gave it
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

/** The oldest organisation, which is created when there is none: it may be wanted before the first start. @returns its UUID */
export function ensureDefaultOrganization(db: Kysely<DB>): Promise<string> {
  return db.transaction().execute(async (trx) => {
    await lockFirstStart(trx);
    return (await findDefaultOrganization(trx))?.id ?? createDefaultOrganization(trx);
  });
}

/** The organisation of a server that has one. */
async function createDefaultOrganization(trx: Transaction<DB>): Promise<string> {
  const id = newId();
  await insertOrganization(trx, { id, name: 'Default', plan: 'UNLIMITED' });
  return id;
}
