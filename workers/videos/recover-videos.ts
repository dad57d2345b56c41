import type { Transaction } from 'kysely';
import type { DB } from '../../src/database/types.generated.ts';
import { inLogOrder } from '../../src/events/order.ts';
import { fetchVideoJob, probeVideoJob } from '../../src/jobs/definitions.ts';
import { takeGivenUpJob } from '../../src/jobs/jobs.repository.ts';
import type { Failure } from '../../src/shared/failure.ts';
import { requeueAbandoned } from '../../src/video-analyses/claims.repository.ts';
import { ensureVideoToken } from '../../src/video-analyses/wake-token.ts';
import { videoFailed } from '../../src/videos/arrival.ts';
import type { WorkerResources } from '../resources.ts';

const endedItsWorkers: Failure = {
  code: 'INVALID_VIDEO',
  message: 'The workers that read the header of the video ended. Save it again as MP4 with H.264.',
  retryable: false,
};

const neverFetched: Failure = {
  code: 'DOWNLOAD_FAILED',
  message: 'The video was not fetched because the workers that started to fetch it stopped. Submit it again.',
  retryable: true,
};

/** Returns the videos of dead workers to the queue, and ends those whose header or URL ended its workers. Called with every heartbeat. */
export async function recoverVideos({ db, hints, logger }: WorkerResources): Promise<void> {
  const requeued = await inLogOrder(db, requeueAbandoned);
  const given = await inLogOrder(db, takeGivenUp);
  if (requeued > 0) logger.info({ requeued }, 'Returned the videos of dead workers to the queue.');
  if (requeued > 0 || given) hints.eventsWritten();
  await ensureVideoToken(db);
}

/** @returns whether a video ended. */
async function takeGivenUp(trx: Transaction<DB>): Promise<boolean> {
  const probing = await takeGivenUpJob(trx, probeVideoJob);
  if (probing) return videoFailed(trx, probing.organizationId, probing.videoId, endedItsWorkers);
  const fetching = await takeGivenUpJob(trx, fetchVideoJob);
  return fetching !== null && videoFailed(trx, fetching.organizationId, fetching.videoId, neverFetched);
}
