import { toHex } from '../format/hex.ts';
/**
 * A key that nobody else has. Not `crypto.randomUUID()`, which browsers have only for pages over HTTPS and on localhost: a phone opens
 * the dashboard by the address of a machine in its network.
 */
export function newIdempotencyKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return toHex(bytes);
}
