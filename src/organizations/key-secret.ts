import { createHash, randomBytes } from 'node:crypto';

/** How much of a secret is stored in plain text, to recognise a key in a list. 8 characters after `sl_` reveal 48 of 256 bits. */
const prefixLength = 11;

/** Prefix of the secrets of session tokens, by which people and secret scanners distinguish them from keys. */
const sessionPrefix = 'sls_';

/** A new key's secret: `sl_` and 256 random bits. It is shown once and never stored. */
export function newSecret(): string {
  return `sl_${randomBits()}`;
}

/** A new session token's secret: `sls_` and 256 random bits. It is shown once and never stored. */
export function newSessionSecret(): string {
  return `${sessionPrefix}${randomBits()}`;
}

/** Whether a secret may belong to a session token. A key that an operator chose may look the same, so it may still be a key. */
export function looksLikeSession(secret: string): boolean {
  return secret.startsWith(sessionPrefix);
}

function randomBits(): string {
  return randomBytes(32).toString('base64url');
}

/** The hash of a secret that is stored. One round of SHA-256 is enough, because 256 random bits cannot be guessed. */
export function hashSecret(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}

/** First characters of a secret, as lists show it. For a secret that the operator chose, less than half is shown. */
export function secretPrefix(secret: string): string {
  return secret.slice(0, Math.min(prefixLength, Math.floor(secret.length / 3)));
}
