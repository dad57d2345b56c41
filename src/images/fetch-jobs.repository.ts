import { createHash } from 'node:crypto';
import type { Transaction } from 'kysely';
import { addJobs } from '../database/jobs.ts';
import type { DB } from '../database/types.generated.ts';

/** Pictures fetched from one host at the same time, by all workers together. */
const perHost = 4;
/** Queues have rows that stay, so hosts share a fixed number of them. */
const hostQueues = 256;

/**
 * The jobs that fetch images from their URLs, in the transaction that makes the images.
 * @param priority smaller first.
 * @param later of another attempt: how many went before, and how long to wait.
 */
export function addFetchJobs(
  trx: Transaction<DB>,
  organizationId: string,
  images: readonly { id: string; url: string }[],
  priority: number,
  later: { attemptsBefore: number; afterSeconds: number } = { attemptsBefore: 0, afterSeconds: 0 },
): Promise<void> {
  return addJobs(
    trx,
    images.map(({ id, url }) => ({
      identifier: 'fetch_image',
      payload: { organizationId, imageId: id, attemptsBefore: later.attemptsBefore },
      priority,
      queue: `fetch:${hostNumber(url)}:${Number.parseInt(id.slice(-4), 16) % perHost}`,
      afterSeconds: later.afterSeconds,
      // Of failures that are ours; the task ends the image FAILED before.
      maxAttempts: 10,
    })),
  );
}

function hostNumber(url: string): number {
  return createHash('sha256').update(new URL(url).hostname).digest().readUInt16BE(0) % hostQueues;
}
