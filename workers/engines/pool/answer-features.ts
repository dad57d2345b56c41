import type { ChildProcess } from 'node:child_process';
import type { Logger } from 'pino';
import type { FromEngine, ToEngine } from '../protocol/messages.ts';
import type { PoolJob } from './pool-job.ts';

/**
 * Gets the features that an engine requested from the caller of its job, and sends them to the engine. If the engine has died
 * meanwhile, the answer is lost and the job is repeated.
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
