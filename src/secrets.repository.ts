import { createSecretKey, type KeyObject } from 'node:crypto';
import type { Kysely } from 'kysely';
import type { DB } from './database/types.generated.ts';

/** A key that all processes share; created by the first migration. */
export async function getSecret(db: Kysely<DB>, name: 'url' | 'cursor'): Promise<KeyObject> {
  const { value } = await db.selectFrom('secret').select('value').where('name', '=', name).executeTakeFirstOrThrow();
  return createSecretKey(value);
}
