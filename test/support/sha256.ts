import { createHash } from 'node:crypto';

/** As the API writes it: in hex. */
export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
