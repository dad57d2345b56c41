import type { Task } from 'graphile-worker';
import { z } from 'zod';
import { storeDescriptions } from '../../src/library/descriptions.repository.ts';
import { indexModel } from '../../src/library/index-model.ts';
import { describeBlob } from '../describe-blob.ts';
import type { WorkerResources } from '../resources.ts';

export const describeExamplePayload = z.object({ organizationId: z.uuid(), sha256: z.string().length(64) });

/** Before pictures that nobody waits for, after those that are analysed while somebody waits. */
const priority = -5;

/** Describes a picture that somebody searches by and that is not indexed, or not yet. Its images stay as they are. */
export function describeExampleTask(resources: WorkerResources): Task {
  const { db, logger, pipelines } = resources;
  const model = indexModel(pipelines);
  return async (payload, { abortSignal }) => {
    const key = describeExamplePayload.parse(payload);
    if (!model) return logger.warn(key, 'No pipeline here has an embedder, so nothing can be searched by example.');
    const described = await describeBlob(resources, key, model, { priority, signal: abortSignal });
    if ('failure' in described && described.failure.retryable) throw new Error(described.failure.message);
    await db.transaction().execute((trx) => storeDescriptions(trx, [{ ...key, model: model.version, described }]));
  };
}
