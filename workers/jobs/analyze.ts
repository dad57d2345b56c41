import { ensureWakeToken } from '../../src/analyses/wake-tokens.repository.ts';
import type { analyzeJob } from '../../src/jobs/definitions.ts';
import type { AnalysisRunner } from '../analysis-runner.ts';
import type { JobHandler } from '../job-handler.ts';
import type { WorkerResources } from '../resources.ts';

/**
 * If nothing could be claimed but something is left, it is for a worker with other pipelines, which should get the token instead of
 * this one.
 */
const forOthersSeconds = 1;

/**
 * A wake token: it names no analysis; the worker that takes it claims up to a chunk of QUEUED analyses. A superfluous token
 * therefore costs one query, and a missing one is replaced: here, if something is left at the end, and by recovery.
 */
export function analyzeHandler(
  { db }: WorkerResources,
  runner: AnalysisRunner,
  worker: { registered: Promise<void>; stop: AbortSignal },
): JobHandler<typeof analyzeJob> {
  return async () => {
    await worker.registered;
    const ran = await runner.runChunk(worker.stop);
    await ensureWakeToken(db, ran > 0 ? 0 : forOthersSeconds);
  };
}
