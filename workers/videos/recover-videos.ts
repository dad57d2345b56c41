import { inLogOrder } from '../../src/events/order.ts';
import { probeVideoJob } from '../../src/jobs/definitions.ts';
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

/** Returns the videos of dead workers to the queue, and ends those whose header ended its workers. With every heartbeat. */
export async function recoverVideos({ db, hints, logger }: WorkerResources): Promise<void> {
  const requeued = await inLogOrder(db, requeueAbandoned);
  const given = await inLogOrder(db, async (trx) => {
    const job = await takeGivenUpJob(trx, probeVideoJob);
    return job !== null && (await videoFailed(trx, job.organizationId, job.videoId, endedItsWorkers));
  });
  if (requeued > 0) logger.info({ requeued }, 'Returned the videos of dead workers to the queue.');
  if (requeued > 0 || given) hints.eventsWritten();
  await ensureVideoToken(db);
}
