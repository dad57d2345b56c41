import type { Kysely } from 'kysely';
import { LRUCache } from 'lru-cache';
import type { Caller } from '../context.ts';
import type { DB } from '../database/types.generated.ts';
import type { Logger } from '../log.ts';
import { hashSecret, looksLikeSession } from './key-secret.ts';
import { type ApiKeyRow, findApiKeyBySecretHash, touchApiKey } from './keys.repository.ts';
import { findSessionTokenBySecretHash, type SessionTokenWithKey } from './session-tokens.repository.ts';

/** How long the result of a look-up is cached, also if nothing was found. */
const cacheMs = 10_000;
/** Number of cached secrets: a flood of invented ones can only evict others from this cache. */
const cacheEntries = 10_000;

/** The message says what is wrong with the key or session token, and what to do. */
export class InvalidKeyError extends Error {}

/** Finds the callers that secrets of keys and session tokens belong to. */
export interface Callers {
  /**
   * The caller with this secret. Revoked secrets are rejected after 10 s at the latest, expired ones at once.
   * @throws InvalidKeyError when it is unknown, revoked or expired; the error of the database if it cannot be queried
   */
  find(secret: string): Promise<Caller>;
}

interface Found {
  caller: Caller;
  revokedAt: Date | null;
  /** When the key was last used, directly or through a token. */
  lastUsedAt: Date | null;
}

/** Looks up secrets by their hash, each at most every 10 s; concurrent calls share one query. */
export function createCallers(resources: { db: Kysely<DB>; logger: Logger }): Callers {
  const cache = new LRUCache<string, { found: Found | null }>({
    max: cacheEntries,
    ttl: cacheMs,
    fetchMethod: async (entry) => ({ found: await lookUp(resources, entry) }),
  });
  return {
    async find(secret) {
      const kind = looksLikeSession(secret) ? 'session' : 'key';
      const entry = await cache.forceFetch(`${kind}:${hashSecret(secret).toString('base64')}`);
      return usable(entry.found, kind);
    },
  };
}

async function lookUp(resources: { db: Kysely<DB>; logger: Logger }, entry: string): Promise<Found | null> {
  const { db, logger } = resources;
  const [kind, hash] = entry.split(':') as ['session' | 'key', string];
  const secretHash = Buffer.from(hash, 'base64');
  const token = kind === 'session' ? await findSessionTokenBySecretHash(db, secretHash) : null;
  const key = token ? null : await findApiKeyBySecretHash(db, secretHash);
  const found = token ? ofToken(token) : key && ofKey(key);
  if (found === null) return null;
  const { organizationId, apiKeyId } = found.caller;
  if (found.revokedAt === null && stale(found.lastUsedAt))
    // Informational only: a request does not fail because it could not be stored.
    await touchApiKey(db, organizationId, apiKeyId).catch((error) =>
      logger.warn({ err: error, apiKeyId }, 'The time of last use of an API key could not be stored.'),
    );
  return found;
}

function ofKey(row: ApiKeyRow): Found {
  return {
    caller: {
      organizationId: row.organization_id,
      apiKeyId: row.id,
      scopes: new Set(row.scopes),
      expiresAt: row.expires_at,
      session: null,
    },
    revokedAt: row.revoked_at,
    lastUsedAt: row.last_used_at,
  };
}

/** A token is valid no longer than its key. */
function ofToken(row: SessionTokenWithKey): Found {
  const narrowing =
    row.task_ids === null && row.place_ids === null ? null : { taskIds: row.task_ids, placeIds: row.place_ids };
  const keyEndsFirst = row.key_expires_at !== null && row.key_expires_at < row.expires_at;
  return {
    caller: {
      organizationId: row.organization_id,
      apiKeyId: row.api_key_id,
      scopes: new Set(row.scopes),
      expiresAt: keyEndsFirst ? row.key_expires_at : row.expires_at,
      session: { tokenId: row.id, actor: row.actor, narrowing, analysisId: row.analysis_id, singleUse: row.single_use },
    },
    revokedAt: row.revoked_at ?? row.key_revoked_at,
    lastUsedAt: row.key_last_used_at,
  };
}

function stale(lastUsedAt: Date | null): boolean {
  return lastUsedAt === null || lastUsedAt.getTime() < Date.now() - 60_000;
}

function usable(found: Found | null, kind: 'session' | 'key'): Caller {
  if (found === null) throw new InvalidKeyError(unknown[kind]);
  const { caller, revokedAt } = found;
  const { name, next } = names(caller);
  if (revokedAt !== null) throw new InvalidKeyError(`The ${name} was revoked at ${revokedAt.toISOString()}. ${next}`);
  if (caller.expiresAt !== null && caller.expiresAt.getTime() <= Date.now())
    throw new InvalidKeyError(`The ${name} expired at ${caller.expiresAt.toISOString()}. ${next}`);
  return caller;
}

const unknown = {
  key: 'The API key is unknown. Check that it is complete and was created on this server.',
  session:
    'The session token is unknown: it is not complete, was not created on this server, or expired more than a day ago. Get a new one.',
};

/** How messages name the secret that was sent, and what to do if it no longer works. */
function names({ session }: Caller): { name: string; next: string } {
  if (session === null) return { name: 'API key', next: 'Use another key.' };
  if (session.analysisId !== null) return { name: 'link', next: 'Ask the person who shared it for a new one.' };
  return session.singleUse
    ? { name: 'sign-in link', next: 'It can be used once. Sign in with an API key.' }
    : { name: 'session token', next: 'Get a new one from where you signed in.' };
}
