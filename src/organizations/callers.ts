import type { Kysely } from 'kysely';
import { LRUCache } from 'lru-cache';
import type { Caller } from '../context.ts';
import type { DB } from '../database/types.generated.ts';
import type { Logger } from '../log.ts';
import { hashSecret } from './key-secret.ts';
import { findApiKeyBySecretHash, touchApiKey } from './keys.repository.ts';

/** How long what was found for a secret is believed, also that nothing was found. */
const cacheMs = 10_000;
/** Secrets remembered: a flood of invented ones pushes others out of memory, never out of the database. */
const cacheEntries = 10_000;

/** Says what is wrong with the key that was sent, and what to do. */
export class InvalidKeyError extends Error {}

/** Who keys belong to. */
export interface Callers {
  /**
   * Who sends this secret. Revoked keys are rejected after 10 s at the latest, expired ones at once.
   * @throws InvalidKeyError when the key is unknown, revoked or expired; the database's error when it cannot be asked
   */
  find(secret: string): Promise<Caller>;
}

type Found = { caller: Caller; expiresAt: Date | null; revokedAt: Date | null };

/** Looks keys up by their hash, at most every 10 s each; askers at the same time share one query. */
export function createCallers(resources: { db: Kysely<DB>; logger: Logger }): Callers {
  const cache = new LRUCache<string, { found: Found | null }>({
    max: cacheEntries,
    ttl: cacheMs,
    fetchMethod: async (hash) => ({ found: await lookUp(resources, Buffer.from(hash, 'base64')) }),
  });
  return {
    async find(secret) {
      const entry = await cache.forceFetch(hashSecret(secret).toString('base64'));
      return usable(entry.found);
    },
  };
}

async function lookUp(resources: { db: Kysely<DB>; logger: Logger }, secretHash: Buffer): Promise<Found | null> {
  const { db, logger } = resources;
  const row = await findApiKeyBySecretHash(db, secretHash);
  if (row === null) return null;
  if (row.revoked_at === null && stale(row.last_used_at))
    // A note for people: a request does not fail because it could not be written.
    await touchApiKey(db, row.organization_id, row.id).catch((error) =>
      logger.warn({ err: error, apiKeyId: row.id }, 'When the API key was last used could not be written.'),
    );
  return {
    caller: { organizationId: row.organization_id, apiKeyId: row.id, scopes: new Set(row.scopes) },
    expiresAt: row.expires_at,
    revokedAt: row.revoked_at,
  };
}

function stale(lastUsedAt: Date | null): boolean {
  return lastUsedAt === null || lastUsedAt.getTime() < Date.now() - 60_000;
}

function usable(found: Found | null): Caller {
  if (found === null)
    throw new InvalidKeyError('The API key is unknown. Check that it is complete and was created on this server.');
  if (found.revokedAt !== null)
    throw new InvalidKeyError(`The API key was revoked at ${found.revokedAt.toISOString()}. Use another key.`);
  if (found.expiresAt !== null && found.expiresAt.getTime() <= Date.now())
    throw new InvalidKeyError(`The API key expired at ${found.expiresAt.toISOString()}. Use another key.`);
  return found.caller;
}
