import type { Kysely } from 'kysely';
import { scopes as allScopes, type Scope } from '../context.ts';
import type { DB } from '../database/types.generated.ts';
import { encodeId, newId } from '../ids.ts';
import { NotFoundError, ValidationError, type ValidationIssue } from '../user-error.ts';
import { hashSecret, newSecret, secretPrefix } from './key-secret.ts';
import { type ApiKeyRow, insertApiKey, markRevoked } from './keys.repository.ts';

export interface KeyRequest {
  name: string;
  scopes: readonly Scope[];
  /** null: for ever. */
  expiresAt: Date | null;
}

/**
 * Creates a key.
 * @returns the key and its secret, which cannot be shown again
 * @throws ValidationError for a name of other than 1 to 255 characters, no scope, an expiry in the past
 */
export async function createKey(
  db: Kysely<DB>,
  organizationId: string,
  request: KeyRequest,
): Promise<{ key: ApiKeyRow; secret: string }> {
  const issues = keyIssues(request);
  if (issues.length > 0) throw new ValidationError(issues);
  const secret = newSecret();
  const key = await storeKey(db, organizationId, request, secret);
  if (key === null) throw new Error('Two keys came out with the same 256 random bits: the random source is broken.');
  return { key, secret };
}

/** Stores a key with a given secret. @returns null if a key with that secret exists */
export function storeKey(
  db: Kysely<DB>,
  organizationId: string,
  request: KeyRequest,
  secret: string,
): Promise<ApiKeyRow | null> {
  return insertApiKey(db, organizationId, {
    id: newId(),
    name: request.name,
    prefix: secretPrefix(secret),
    secretHash: hashSecret(secret),
    scopes: [...new Set(request.scopes)],
    expiresAt: request.expiresAt,
  });
}

/**
 * Revokes a key for good; doing so again changes nothing. Requests with it are rejected within 10 seconds and its open
 * connections end within 30.
 * @throws NotFoundError
 */
export async function revokeKey(db: Kysely<DB>, organizationId: string, id: string): Promise<ApiKeyRow> {
  const key = await markRevoked(db, organizationId, id);
  if (key === null) throw new NotFoundError(encodeId('apiKey', id));
  return key;
}

function keyIssues({ name, scopes, expiresAt }: KeyRequest): ValidationIssue[] {
  const issues: ValidationIssue[] = [];
  if (name.length < 1 || name.length > 255)
    issues.push({ path: ['name'], message: `It has ${name.length} characters; expected 1 to 255.` });
  if (scopes.length === 0)
    issues.push({ path: ['scopes'], message: `It is empty; expected at least one of ${allScopes.join(', ')}.` });
  if (expiresAt !== null && expiresAt.getTime() <= Date.now())
    issues.push({ path: ['expiresAt'], message: `${expiresAt.toISOString()} is in the past.` });
  return issues;
}
