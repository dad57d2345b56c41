import { createHash, randomBytes } from 'node:crypto';

/** How much of a secret is stored in the clear, to recognise a key in a list. 8 characters after `sl_` give 48 of 256 bits away. */
const prefixLength = 11;

/** What secrets of session tokens begin with, so that people and secret scanners can tell them from keys. */
const sessionPrefix = 'sls_';

/** A new key's secret: `sl_` and 256 random bits. It is shown once and never stored. */
export function newSecret(): string {
  return `sl_${randomBits()}`;
}

/** A new session token's secret: `sls_` and 256 random bits. It is shown once and never stored. */
export function newSessionSecret(): string {
  return `${sessionPrefix}${randomBits()}`;
}

/** Whether a secret can be a session token's. An operator's own key may look the same, so it may still be a key's. */
export function looksLikeSession(secret: string): boolean {
  return secret.startsWith(sessionPrefix);
}

function randomBits(): string {
  return randomBytes(32).toString('base64url');
}

/** What is stored of a secret. One round of SHA-256: there is nothing to guess in 256 random bits. */
export function hashSecret(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}

/** First characters of a secret, as lists show it. A secret of the operator's own making shows less than half of itself. */
export function secretPrefix(secret: string): string {
  return secret.slice(0, Math.min(prefixLength, Math.floor(secret.length / 3)));
}
