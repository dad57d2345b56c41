import type { Task } from 'graphile-worker';
import { addMissedIndexJobs } from '../../src/library/index-jobs.repository.ts';
import { indexModel } from '../../src/library/index-model.ts';
import type { WorkerResources } from '../resources.ts';

/** Images whose jobs are added at once: some hours of work, after which this comes again. */
const mostAtOnce = 20_000;

/** Looks for images that should be searchable and are not with the present model; asked for once an hour by recovery. */
export function indexMissedTask({ db, logger, pipelines }: WorkerResources): Task {
  const model = indexModel(pipelines);
  return async () => {
    const missed = model ? await addMissedIndexJobs(db, model.version, mostAtOnce) : 0;
    if (missed > 0) logger.info({ images: missed, model: model?.version }, 'Images are indexed again.');
  };
}
