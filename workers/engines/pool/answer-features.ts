import type { ChildProcess } from 'node:child_process';
import type { Logger } from 'pino';
import type { FromEngine, ToEngine } from '../protocol/messages.ts';
import type { PoolJob } from './pool-job.ts';

/**
 * Asks the giver of a job for what its engine wants to know, and tells that engine: should it have died meanwhile, nobody
 * hears it, and the job goes again.
 */
export async function answerFeatures(
  { request, model, wanted }: Extract<FromEngine, { type: 'features-wanted' }>,
  entry: PoolJob | undefined,
  engine: ChildProcess,
  logger: Logger,
): Promise<void> {
  let features = null;
  try {
    features = (await entry?.hooks.findFeatures?.(model, wanted)) ?? null;
  } catch (error) {
    logger.warn({ err: error, jobId: entry?.job.id }, 'Features of catalogue pictures could not be read.');
  }
  engine.send({ type: 'features', request, features } satisfies ToEngine, () => {});
}
