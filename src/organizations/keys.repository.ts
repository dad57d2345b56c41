import { type Kysely, type Selectable, type SqlBool, sql } from 'kysely';
import type { Scope } from '../context.ts';
import type { Keyset } from '../database/keyset.ts';
import { countRows } from '../database/pool.ts';
import type { ApiKey as ApiKeyTable, DB } from '../database/types.generated.ts';

const columns = [
  'id',
  'organization_id',
  'name',
  'prefix',
  'scopes',
  'created_at',
  'last_used_at',
  'expires_at',
  'revoked_at',
] as const;

/** For a `where` on keys: the key is valid. */
const isUsable = sql<SqlBool>`revoked_at is null and (expires_at is null or expires_at > now())`;

/** A key without its secret hash. */
export type ApiKeyRow = Pick<Selectable<ApiKeyTable>, (typeof columns)[number]>;

export interface NewApiKey {
  id: string;
  name: string;
  prefix: string;
  secretHash: Buffer;
  scopes: Scope[];
  expiresAt: Date | null;
}

/** @returns null if a key with this secret exists, in any organisation. */
export async function insertApiKey(db: Kysely<DB>, organizationId: string, key: NewApiKey): Promise<ApiKeyRow | null> {
  const row = await db
    .insertInto('api_key')
    .values({
      id: key.id,
      organization_id: organizationId,
      name: key.name,
      prefix: key.prefix,
      secret_hash: key.secretHash,
      scopes: key.scopes,
      expires_at: key.expiresAt,
    })
    .onConflict((conflict) => conflict.column('secret_hash').doNothing())
    .returning(columns)
    .executeTakeFirst();
  return row ?? null;
}

/** Without an organisation, because the secret determines it. Also finds revoked and expired keys. */
export async function findApiKeyBySecretHash(db: Kysely<DB>, secretHash: Buffer): Promise<ApiKeyRow | null> {
  const row = await db.selectFrom('api_key').select(columns).where('secret_hash', '=', secretHash).executeTakeFirst();
  return row ?? null;
}

/** Keys by id, in any order; unknown ids are left out. */
export async function findApiKeysByIds(
  db: Kysely<DB>,
  organizationId: string,
  ids: readonly string[],
): Promise<ApiKeyRow[]> {
  return db
    .selectFrom('api_key')
    .select(columns)
    .where('organization_id', '=', organizationId)
    .where('id', '=', sql<string>`any(${[...ids]}::uuid[])`)
    .execute();
}

/** Keys, newest first, after the id `after` (null: from the newest). Revoked and expired ones are listed too. */
export async function listApiKeys(db: Kysely<DB>, organizationId: string, keyset: Keyset): Promise<ApiKeyRow[]> {
  let query = db.selectFrom('api_key').select(columns).where('organization_id', '=', organizationId);
  if (keyset.after !== null) query = query.where('id', '<', keyset.after);
  return query.orderBy('id', 'desc').limit(keyset.limit).execute();
}

export async function countApiKeys(db: Kysely<DB>, organizationId: string): Promise<number> {
  const { count } = await db
    .selectFrom('api_key')
    .select(countRows().as('count'))
    .where('organization_id', '=', organizationId)
    .executeTakeFirstOrThrow();
  return count;
}

/** Revokes a key; one that is already revoked keeps its time. @returns null if it does not exist. */
export async function markRevoked(db: Kysely<DB>, organizationId: string, id: string): Promise<ApiKeyRow | null> {
  const row = await db
    .updateTable('api_key')
    .set({ revoked_at: sql<Date>`coalesce(revoked_at, now())` })
    .where('organization_id', '=', organizationId)
    .where('id', '=', id)
    .returning(columns)
    .executeTakeFirst();
  return row ?? null;
}

/** Stores the time of use of a key, unless that was done less than a minute ago. */
export async function touchApiKey(db: Kysely<DB>, organizationId: string, id: string): Promise<void> {
  await db
    .updateTable('api_key')
    .set({ last_used_at: sql<Date>`now()` })
    .where('organization_id', '=', organizationId)
    .where('id', '=', id)
    .where((where) =>
      where.or([where('last_used_at', 'is', null), where('last_used_at', '<', sql<Date>`now() - interval '1 minute'`)]),
    )
    .execute();
}

/** The oldest valid key with scope ADMIN; null: there is none. */
export async function findUsableAdminKey(db: Kysely<DB>, organizationId: string): Promise<ApiKeyRow | null> {
  const row = await db
    .selectFrom('api_key')
    .select(columns)
    .where('organization_id', '=', organizationId)
    .where(sql<SqlBool>`'ADMIN' = any(scopes)`)
    .where(isUsable)
    .orderBy('id')
    .limit(1)
    .executeTakeFirst();
  return row ?? null;
}

/**
 * Which of these keys are still valid. Over all organisations at once: one query checks all open connections of a process, and
 * returns only requested ids.
 */
export async function listUsableKeyIds(db: Kysely<DB>, ids: readonly string[]): Promise<string[]> {
  const rows = await db
    .selectFrom('api_key')
    .select('id')
    .where('id', '=', sql<string>`any(${[...ids]}::uuid[])`)
    .where(isUsable)
    .execute();
  return rows.map((row) => row.id);
}
