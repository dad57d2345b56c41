import { createHash } from 'node:crypto';

/**
 * SHA-256 of a request's input, to distinguish a repeated request from another one with the same key. Names are sorted, and null or
 * absent values are left out, so that a field added by a later version does not change the hash of yesterday's request.
 */
export function hashRequest(request: object): Buffer {
  return createHash('sha256').update(canonical(request)).digest();
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_name, inner: unknown) => {
    if (typeof inner !== 'object' || inner === null || Array.isArray(inner)) return inner;
    const given = Object.entries(inner).filter(([, field]) => field !== null && field !== undefined);
    return Object.fromEntries(given.sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}
