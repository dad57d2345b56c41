import { describeExampleJob } from '../../src/jobs/definitions.ts';
import { storeDescriptions } from '../../src/library/descriptions.repository.ts';
import { indexModel } from '../../src/library/index-model.ts';
import { describeBlob } from '../describe-blob.ts';
import type { JobHandler } from '../job-handler.ts';
import type { WorkerResources } from '../resources.ts';
import type { StoredPictures } from '../stored-pictures.ts';

/** Describes the example of a search that is not indexed. Its images do not change. */
export function describeExampleHandler(
  resources: WorkerResources,
  pictures: StoredPictures,
): JobHandler<typeof describeExampleJob> {
  const { db, logger, pipelines } = resources;
  const model = indexModel(pipelines);
  return async (key, { abortSignal }) => {
    if (!model)
      return logger.warn(key, 'No pipeline on this worker has an embedder, so search by example is not possible.');
    const described = await describeBlob({ db, pictures }, key, model, {
      priority: describeExampleJob.enginePriority,
      signal: abortSignal,
    });
    if ('failure' in described && described.failure.retryable) throw new Error(described.failure.message);
    await db.transaction().execute((trx) => storeDescriptions(trx, [{ ...key, model: model.version, described }]));
  };
}
