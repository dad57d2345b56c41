import { ensureWakeToken } from '../../src/analyses/wake-tokens.repository.ts';
import type { analyzeJob } from '../../src/jobs/definitions.ts';
import type { AnalysisRunner } from '../analysis-runner.ts';
import type { JobHandler } from '../job-handler.ts';
import type { WorkerResources } from '../resources.ts';

/** What is left when nothing could be claimed is another worker's, with other pipelines: it is to get the token, not this one again. */
const forOthersSeconds = 1;

/**
 * A wake token: it names no analysis, whoever takes it claims up to a chunk of what is QUEUED. So a token too many costs a
 * query, and a token too few is made up for: here, when something is left at the end, and by recovery.
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
