import type { Transaction } from 'kysely';
import { moveAnalyses } from '../analyses/life.repository.ts';
import { letClaim, lockOpen, lockWaiting, type WaitingAnalysis } from '../analyses/waiting.repository.ts';
import { addWakeTokens } from '../analyses/wake-tokens.repository.ts';
import type { DB } from '../database/types.generated.ts';
import { OutOfOrderError } from '../events/order.ts';
import type { Failure } from '../shared/failure.ts';
import { resumeIndexing } from './awaiting-items.repository.ts';
import { addIndexJobs } from './index-jobs.ts';
import { moveImages } from './life.repository.ts';
import { isAwaited } from './life.ts';
import { lockImage } from './locks.repository.ts';

/** By then most have been described with their analysis. */
const indexAnalyzedAfterSeconds = 60;

/**
 * Called when the bytes of an image have arrived, from a client or a download: the image becomes READY, and everything that waited
 * for it continues. Run it in `inLogOrder`; after the commit call `hints.eventsWritten()`.
 * @returns false: it was not waiting for bytes, and nothing was changed.
 * @throws OutOfOrderError
 */
export async function imageArrived(
  trx: Transaction<DB>,
  organizationId: string,
  imageId: string,
  bytes: { sha256: string; recordedAt: Date | null },
): Promise<boolean> {
  const image = await lockAwaited(trx, organizationId, imageId);
  if (!image) return false;
  const waiting = await lockWaiting(trx, organizationId, imageId);
  await moveImages(trx, organizationId, [image], { to: 'READY', ...bytes });
  await moveAnalyses(
    trx,
    waiting
      .filter(({ status }) => status === 'AWAITING_UPLOAD')
      .map(({ id }) => ({ analysisId: id, to: 'QUEUED', agoMs: 0 })),
  );
  await letClaim(
    trx,
    waiting.filter(({ status }) => status === 'QUEUED').map(({ id }) => id),
  );
  await wakeWorkers(trx, waiting);
  if (image.indexing_status === 'INDEXING')
    await addIndexJobs(trx, organizationId, [imageId], waiting.length > 0 ? indexAnalyzedAfterSeconds : 0);
  await resumeIndexing(trx, organizationId, imageId);
  return true;
}

/**
 * Called when the bytes of an image cannot be used, or never arrived: it becomes FAILED, and so does everything that waited for it.
 * @param end the status of analyses that awaited an upload. Those that waited for a download are FAILED.
 * @returns as above.
 * @throws OutOfOrderError
 */
export async function imageFailed(
  trx: Transaction<DB>,
  organizationId: string,
  imageId: string,
  failure: Failure,
  end: 'FAILED' | 'EXPIRED' = 'FAILED',
): Promise<boolean> {
  const image = await lockAwaited(trx, organizationId, imageId);
  if (!image) return false;
  const waiting = await lockWaiting(trx, organizationId, imageId);
  await moveImages(trx, organizationId, [image], { to: 'FAILED', failure });
  await endWaiting(trx, waiting, failure, end);
  await resumeIndexing(trx, organizationId, imageId);
  return true;
}

/** An image that FAILED because its bytes did not arrive in time awaits them again. Nothing may have ended because of its failure. */
export async function imageAwaitedAgain(trx: Transaction<DB>, organizationId: string, imageId: string): Promise<void> {
  const image = await lockImage(trx, organizationId, imageId);
  if (image) await moveImages(trx, organizationId, [image], { to: 'AWAITING_UPLOAD' });
}

/** Ends the analyses of an image that is about to be deleted, whether they wait or run. The image must be locked. */
export async function endOpenAnalyses(trx: Transaction<DB>, organizationId: string, imageId: string): Promise<void> {
  const ids = await lockOpen(trx, organizationId, imageId);
  await moveAnalyses(
    trx,
    ids.map((analysisId) => ({ analysisId, to: 'FAILED', agoMs: 0, failure: deletedBefore })),
  );
}

const deletedBefore: Failure = {
  code: 'DOWNLOAD_FAILED',
  message: 'The image was deleted before its analysis ended. Submit it again.',
  retryable: false,
};

async function endWaiting(
  trx: Transaction<DB>,
  waiting: readonly WaitingAnalysis[],
  failure: Failure,
  end: 'FAILED' | 'EXPIRED',
): Promise<void> {
  await moveAnalyses(
    trx,
    waiting.map(({ id, status }) =>
      status === 'AWAITING_UPLOAD' && end === 'EXPIRED'
        ? { analysisId: id, to: 'EXPIRED', agoMs: 0 }
        : { analysisId: id, to: 'FAILED', agoMs: 0, failure },
    ),
  );
}

/** The image, locked, if its bytes are awaited. */
async function lockAwaited(trx: Transaction<DB>, organizationId: string, imageId: string) {
  const image = await lockImage(trx, organizationId, imageId);
  if (!image || !isAwaited(image.status)) return null;
  if (image.written_later) throw new OutOfOrderError('image');
  return image;
}

async function wakeWorkers(trx: Transaction<DB>, waiting: readonly WaitingAnalysis[]): Promise<void> {
  const byPriority = Map.groupBy(waiting, ({ priority }) => priority);
  for (const [priority, analyses] of byPriority) await addWakeTokens(trx, analyses.length, priority);
}
