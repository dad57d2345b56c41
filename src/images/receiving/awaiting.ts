import type { Kysely, Transaction } from 'kysely';
import type { DB } from '../../database/types.generated.ts';
import type { Hints } from '../../events/hints.ts';
import { inLogOrder } from '../../events/order.ts';
import type { Failure } from '../../shared/failure.ts';
import { imageArrived, imageFailed } from '../arrival.ts';
import { type StagedBytes, storeBlobs } from '../bytes/blobs.repository.ts';
import type { Staged } from './received.ts';
import type { Rejected } from './rejected.ts';
import { findOverQuota } from './storage-quota.ts';

/** An image or video whose bytes a worker gets, with everything that waits for it. Both functions run in `inLogOrder`. */
export interface Awaiting<Bytes extends StagedBytes> {
  organizationId: string;
  /** Its bytes are stored. */
  arrived(trx: Transaction<DB>, bytes: Bytes): Promise<boolean>;
  /** It has no usable bytes. */
  failed(trx: Transaction<DB>, failure: Failure): Promise<boolean>;
}

export function awaitingImage(organizationId: string, imageId: string): Awaiting<Staged> {
  return {
    organizationId,
    arrived: (trx, { staged, header }) =>
      imageArrived(trx, organizationId, imageId, { sha256: staged.sha256, recordedAt: header.recordedAt }),
    failed: (trx, failure) => imageFailed(trx, organizationId, imageId, failure),
  };
}

interface App {
  db: Kysely<DB>;
  hints: Hints;
}

/** The bytes have arrived. They are stored, unless they cannot be used or do not fit into the plan's storage. */
export async function settleAwaited<Bytes extends StagedBytes & { kind: 'staged' }>(
  { db, hints }: App,
  awaiting: Awaiting<Bytes>,
  received: Bytes | Rejected,
): Promise<void> {
  await inLogOrder(db, (trx) =>
    received.kind === 'rejected' ? awaiting.failed(trx, received.failure) : keep(trx, awaiting, received),
  );
  hints.eventsWritten();
}

/** The bytes will not arrive. */
export async function failAwaited<Bytes extends StagedBytes>(
  { db, hints }: App,
  awaiting: Awaiting<Bytes>,
  failure: Failure,
): Promise<void> {
  await inLogOrder(db, (trx) => awaiting.failed(trx, failure));
  hints.eventsWritten();
}

async function keep<Bytes extends StagedBytes & { kind: 'staged' }>(
  trx: Transaction<DB>,
  awaiting: Awaiting<Bytes>,
  received: Bytes,
): Promise<boolean> {
  const [overQuota] = await findOverQuota(trx, awaiting.organizationId, [received]);
  if (overQuota) return awaiting.failed(trx, { code: 'DOWNLOAD_FAILED', message: overQuota.message, retryable: true });
  await storeBlobs(trx, awaiting.organizationId, [received]);
  return awaiting.arrived(trx, received);
}
