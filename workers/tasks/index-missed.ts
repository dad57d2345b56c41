import type { Task } from 'graphile-worker';
import { addMissedIndexJobs } from '../../src/library/index-jobs.repository.ts';
import { indexModel } from '../../src/library/index-model.ts';
import { tendVectorIndexes } from '../../src/library/tend-vectors.ts';
import type { WorkerResources } from '../resources.ts';

/** Images whose jobs are added at once: some hours of work, after which this comes again. */
const mostAtOnce = 20_000;

/**
 * Looks for images that should be searchable and are not with the present model, and for libraries that have outgrown
 * scanning; asked for once an hour by recovery.
 * @param leave the worker leaves.
 */
export function indexMissedTask({ db, logger, pipelines }: WorkerResources, leave: AbortSignal): Task {
  const model = indexModel(pipelines)?.version;
  return async () => {
    if (model === undefined) return;
    const images = await addMissedIndexJobs(db, model, mostAtOnce);
    if (images > 0) logger.info({ images, model }, 'Images are indexed again.');
    const libraries = await tendVectorIndexes(db, model, { stop: leave });
    if (libraries > 0) logger.info({ libraries, model }, 'Large libraries have a vector index.');
  };
}
