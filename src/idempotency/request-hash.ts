import { createHash } from 'node:crypto';

/**
 * SHA-256 of what a request asks for, so that a repeat under the same key is told from another request. Names are sorted and
 * what is null or absent is left out: a field that a later version adds does not make yesterday's request another one.
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
