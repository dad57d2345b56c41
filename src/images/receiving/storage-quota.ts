import type { Transaction } from 'kysely';
import type { DB } from '../../database/types.generated.ts';
import { lockAllowance } from '../../organizations/organizations.repository.ts';
import { QuotaExceededError } from '../../user-error.ts';
import { findBlobHashes } from '../bytes/blobs.repository.ts';
import { foldStoredBytes, sumStoredBytes } from '../bytes/stored-bytes.repository.ts';
import type { AnyReceived } from './received.ts';

/**
 * Which of these pictures and videos exceed the plan's storage, in their order: a smaller one after a rejected one may still fit. A picture
 * whose bytes are already stored needs none. Other requests that store wait from here to the end of the transaction.
 * @returns an error or null for each.
 */
export async function findOverQuota(
  trx: Transaction<DB>,
  organizationId: string,
  received: readonly AnyReceived[],
): Promise<(QuotaExceededError | null)[]> {
  const none = received.map(() => null);
  if (!received.some(({ kind }) => kind === 'staged')) return none;
  const { maxStorageBytes: limit } = await lockAllowance(trx, organizationId);
  if (limit === null) return none;
  const hashes = received.flatMap((one) => (one.kind === 'staged' ? [one.staged.sha256] : []));
  const stored = new Set(await findBlobHashes(trx, organizationId, hashes));
  await foldStoredBytes(trx, organizationId);
  let used = await sumStoredBytes(trx, organizationId);
  return received.map((one) => {
    if (one.kind !== 'staged' || stored.has(one.staged.sha256)) return null;
    const { sha256, byteSize } = one.staged;
    if (used + byteSize > limit) return new QuotaExceededError(limit, used);
    used += byteSize;
    stored.add(sha256);
    return null;
  });
}
