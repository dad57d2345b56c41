import type { Transaction } from 'kysely';
import type { DB } from '../database/types.generated.ts';
import { probeVideoJob } from '../jobs/definitions.ts';
import { addJobs } from '../jobs/jobs.repository.ts';
import { type Failure, videoGone } from '../shared/failure.ts';
import { reduceCredits } from '../video-analyses/credits.repository.ts';
import { lockOpenOfVideo, moveVideoAnalyses } from '../video-analyses/life.repository.ts';
import { creditsOf, mostFrames } from '../video-analyses/sampling.ts';
import { findSamplings } from '../video-analyses/video-analyses.repository.ts';
import { addVideoTokens } from '../video-analyses/wake-token.ts';
import { changeVideo, type VideoHeader } from './life.repository.ts';
import { lockVideo } from './videos.repository.ts';

/**
 * What follows when the bytes of a video arrive, when its header was read, and when it cannot be used. Run these in `inLogOrder`;
 * after the commit call `hints.eventsWritten()`. @throws OutOfOrderError
 */

/** The bytes have arrived: a worker reads their header. @returns false: they were not awaited, and nothing was changed. */
export async function videoArrived(
  trx: Transaction<DB>,
  organizationId: string,
  videoId: string,
  sha256: string,
): Promise<boolean> {
  const video = await lockVideo(trx, organizationId, videoId);
  if (!video || !(await changeVideo(trx, video, { to: 'PROBING', sha256 }))) return false;
  const open = await lockOpenOfVideo(trx, organizationId, videoId);
  // Those of a video that was fetched are QUEUED already.
  const awaiting = open.filter(({ status }) => status === 'AWAITING_UPLOAD');
  await moveVideoAnalyses(
    trx,
    awaiting.map(({ id }) => ({ id, to: 'QUEUED' })),
  );
  await addProbe(trx, organizationId, videoId);
  return true;
}

export function addProbe(trx: Transaction<DB>, organizationId: string, videoId: string): Promise<void> {
  return addJobs(trx, probeVideoJob, [{ payload: { organizationId, videoId } }]);
}

/** The header was read: analyses can run, and are charged for no more than the video lasts. @returns as above. */
export async function videoProbed(
  trx: Transaction<DB>,
  organizationId: string,
  videoId: string,
  header: VideoHeader,
): Promise<boolean> {
  const video = await lockVideo(trx, organizationId, videoId);
  if (!video || !(await changeVideo(trx, video, { to: 'READY', header }))) return false;
  const open = await lockOpenOfVideo(trx, organizationId, videoId);
  const samplings = await findSamplings(
    trx,
    open.map(({ id }) => id),
  );
  if (header.headerSeconds !== null)
    for (const { id, sampling } of samplings)
      await reduceCredits(trx, organizationId, id, creditsOf(mostFrames(sampling, header.headerSeconds)));
  await addVideoTokens(
    trx,
    samplings.map(({ priority }) => priority),
  );
  return true;
}

/**
 * The bytes cannot be used, or never arrived: the video is FAILED, and so are the analyses that wait for it.
 * @param end the status of analyses that awaited an upload.
 * @returns as above.
 */
export async function videoFailed(
  trx: Transaction<DB>,
  organizationId: string,
  videoId: string,
  failure: Failure,
  end: 'FAILED' | 'EXPIRED' = 'FAILED',
): Promise<boolean> {
  const video = await lockVideo(trx, organizationId, videoId);
  if (!video || !(await changeVideo(trx, video, { to: 'FAILED', failure }))) return false;
  const open = await lockOpenOfVideo(trx, organizationId, videoId);
  await moveVideoAnalyses(
    trx,
    open.map(({ id, status }) =>
      status === 'AWAITING_UPLOAD' && end === 'EXPIRED' ? { id, to: 'EXPIRED' } : { id, to: 'FAILED', failure },
    ),
  );
  return true;
}

/** Ends the analyses of a video that is about to be deleted. The video must be locked. */
export async function endOpenVideoAnalyses(
  trx: Transaction<DB>,
  organizationId: string,
  videoId: string,
): Promise<void> {
  const open = await lockOpenOfVideo(trx, organizationId, videoId);
  await moveVideoAnalyses(
    trx,
    open.map(({ id }) => ({ id, to: 'FAILED', failure: deletedBefore })),
  );
}

const deletedBefore: Failure = {
  ...videoGone,
  message: 'The video was deleted before its analysis ended. Submit it again.',
};
