import { type Kysely, type Selectable, sql } from 'kysely';
import type { Scope } from '../context.ts';
import type { Keyset } from '../database/keyset.ts';
import { countRows } from '../database/pool.ts';
import type { DB, SessionToken as SessionTokenTable } from '../database/types.generated.ts';
import type { Narrowing } from '../shared/narrowing.ts';

const columns = [
  'session_token.id',
  'session_token.organization_id',
  'session_token.api_key_id',
  'session_token.scopes',
  'session_token.task_ids',
  'session_token.place_ids',
  'session_token.actor',
  'session_token.single_use',
  'session_token.analysis_id',
  'session_token.created_at',
  'session_token.expires_at',
  'session_token.revoked_at',
] as const;

/** A token without its secret hash. */
export type SessionTokenRow = Omit<Selectable<SessionTokenTable>, 'secret_hash'>;

/** A token with the state of its key. */
export type SessionTokenWithKey = SessionTokenRow & {
  key_expires_at: Date | null;
  key_revoked_at: Date | null;
  key_last_used_at: Date | null;
};

export interface NewSessionToken {
  id: string;
  apiKeyId: string;
  secretHash: Buffer;
  scopes: readonly Scope[];
  narrowing: Narrowing | null;
  actor: string | null;
  singleUse: boolean;
  /** UUID; null: it is not a link to an analysis. */
  analysisId: string | null;
  expiresAt: Date;
}

export async function insertSessionToken(
  db: Kysely<DB>,
  organizationId: string,
  token: NewSessionToken,
): Promise<SessionTokenRow> {
  const { taskIds = null, placeIds = null } = token.narrowing ?? {};
  return db
    .insertInto('session_token')
    .values({
      id: token.id,
      organization_id: organizationId,
      api_key_id: token.apiKeyId,
      secret_hash: token.secretHash,
      scopes: [...token.scopes],
      task_ids: taskIds && [...taskIds],
      place_ids: placeIds && [...placeIds],
      actor: token.actor,
      single_use: token.singleUse,
      analysis_id: token.analysisId,
      expires_at: token.expiresAt,
    })
    .returning(columns)
    .executeTakeFirstOrThrow();
}

/** Without an organisation, because the secret determines it. Also finds revoked and expired tokens. */
export async function findSessionTokenBySecretHash(
  db: Kysely<DB>,
  secretHash: Buffer,
): Promise<SessionTokenWithKey | null> {
  const row = await db
    .selectFrom('session_token')
    .innerJoin('api_key', (join) =>
      join
        .onRef('api_key.organization_id', '=', 'session_token.organization_id')
        .onRef('api_key.id', '=', 'session_token.api_key_id'),
    )
    .select(columns)
    .select([
      'api_key.expires_at as key_expires_at',
      'api_key.revoked_at as key_revoked_at',
      'api_key.last_used_at as key_last_used_at',
    ])
    .where('session_token.secret_hash', '=', secretHash)
    .executeTakeFirst();
  return row ?? null;
}

/** Tokens by id, in any order; unknown ids are left out. */
export function findSessionTokens(
  db: Kysely<DB>,
  organizationId: string,
  ids: readonly string[],
): Promise<SessionTokenRow[]> {
  return db
    .selectFrom('session_token')
    .select(columns)
    .where('organization_id', '=', organizationId)
    .where('id', '=', sql<string>`any(${[...ids]}::uuid[])`)
    .execute();
}

/** Newest first, revoked ones included, and expired ones until they are removed. */
export function listSessionTokens(db: Kysely<DB>, organizationId: string, page: Keyset): Promise<SessionTokenRow[]> {
  return db
    .selectFrom('session_token')
    .select(columns)
    .where('organization_id', '=', organizationId)
    .$if(page.after !== null, (query) => query.where('id', '<', page.after))
    .orderBy('id', 'desc')
    .limit(page.limit)
    .execute();
}

export async function countSessionTokens(db: Kysely<DB>, organizationId: string): Promise<number> {
  const { count } = await db
    .selectFrom('session_token')
    .select(countRows().as('count'))
    .where('organization_id', '=', organizationId)
    .executeTakeFirstOrThrow();
  return count;
}

/** Number of tokens of a key that have not expired, counted up to `most`. */
export async function countUnexpiredTokens(
  db: Kysely<DB>,
  organizationId: string,
  apiKeyId: string,
  most: number,
): Promise<number> {
  const unexpired = db
    .selectFrom('session_token')
    .select('id')
    .where('organization_id', '=', organizationId)
    .where('api_key_id', '=', apiKeyId)
    .where('expires_at', '>', sql<Date>`now()`)
    .limit(most);
  const { count } = await db
    .selectFrom(unexpired.as('unexpired'))
    .select(countRows().as('count'))
    .executeTakeFirstOrThrow();
  return count;
}

/** Revokes a token; one that is already revoked keeps its time. @returns null if it does not exist. */
export async function markTokenRevoked(
  db: Kysely<DB>,
  organizationId: string,
  id: string,
): Promise<SessionTokenRow | null> {
  const row = await db
    .updateTable('session_token')
    .set({ revoked_at: sql<Date>`coalesce(revoked_at, now())` })
    .where('organization_id', '=', organizationId)
    .where('id', '=', id)
    .returning(columns)
    .executeTakeFirst();
  return row ?? null;
}

/** Uses up the token of a sign-in link. If two requests try at once, one waits and finds it used. @returns whether it was unused. */
export async function useUp(db: Kysely<DB>, organizationId: string, id: string): Promise<boolean> {
  const done = await db
    .updateTable('session_token')
    .set({ revoked_at: sql<Date>`now()` })
    .where('organization_id', '=', organizationId)
    .where('id', '=', id)
    .where('single_use', '=', true)
    .where('revoked_at', 'is', null)
    .where('expires_at', '>', sql<Date>`now()`)
    .executeTakeFirst();
  return done.numUpdatedRows > 0n;
}

/**
 * Which of these tokens are still valid; their keys are checked separately. Over all organisations at once, as for keys
 * (listUsableKeyIds).
 */
export async function listUsableTokenIds(db: Kysely<DB>, ids: readonly string[]): Promise<string[]> {
  const rows = await db
    .selectFrom('session_token')
    .select('id')
    .where('id', '=', sql<string>`any(${[...ids]}::uuid[])`)
    .where('revoked_at', 'is', null)
    .where('expires_at', '>', sql<Date>`now()`)
    .execute();
  return rows.map((row) => row.id);
}

/** A token stays listed for a day after its end, so that people can see that it ended and how. */
export async function removeEndedTokens(db: Kysely<DB>): Promise<void> {
  await db.deleteFrom('session_token').where('expires_at', '<', sql<Date>`now() - interval '1 day'`).execute();
}
