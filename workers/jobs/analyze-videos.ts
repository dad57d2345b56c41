import type { analyzeVideosJob } from '../../src/jobs/definitions.ts';
import { ensureVideoToken } from '../../src/video-analyses/wake-token.ts';
import type { JobHandler } from '../job-handler.ts';
import type { WorkerResources } from '../resources.ts';
import type { VideoRunner } from '../videos/video-runner.ts';

/** If nothing could be claimed but something is left, it is for a worker with other pipelines. */
const forOthersSeconds = 1;

/** A wake token for one video analysis; as in analyze.ts, a superfluous one costs a query, and a missing one is replaced. */
export function analyzeVideosHandler(
  { db }: WorkerResources,
  runner: VideoRunner,
  worker: { registered: Promise<void>; stop: AbortSignal },
): JobHandler<typeof analyzeVideosJob> {
  return async () => {
    await worker.registered;
    if (worker.stop.aborted) return;
    const ran = await runner.runNext();
    if (!worker.stop.aborted) await ensureVideoToken(db, ran ? 0 : forOthersSeconds);
  };
}
