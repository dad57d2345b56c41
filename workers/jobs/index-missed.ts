import { addMissedItemJobs } from '../../src/catalog/missed-items.repository.ts';
import { addMissedWordsJobs } from '../../src/catalog/words.repository.ts';
import { wordsModel } from '../../src/catalog/words-model.ts';
import type { indexMissedJob } from '../../src/jobs/definitions.ts';
import { indexModel } from '../../src/library/index-model.ts';
import { addMissedIndexJobs } from '../../src/library/missed-images.repository.ts';
import { tendVectorIndexes } from '../../src/library/tend-vectors.ts';
import { findPipelinesInUse } from '../../src/tasks/pipelines-in-use.repository.ts';
import { addMissedCounterExampleJobs } from '../../src/teaching/counter-examples.repository.ts';
import { coverModels } from '../cover-models.ts';
import type { JobHandler } from '../job-handler.ts';
import type { WorkerResources } from '../resources.ts';

/** Items or images whose jobs are added at once: some hours of work, after which this job runs again. */
const mostAtOnce = 20_000;
/** The next one goes on where this one has stopped, so that jobs that were added meanwhile need not wait. */
const longestMs = 10_000;

/**
 * Finds catalogue items, counter-examples and images that the current models have not described or read, and libraries that are too large for scans; added
 * when a worker starts, and once an hour.
 * @param leave aborted when the worker stops.
 */
export function indexMissedHandler(
  { db, logger, pipelines }: WorkerResources,
  leave: AbortSignal,
): JobHandler<typeof indexMissedJob> {
  const model = indexModel(pipelines)?.version;
  const words = wordsModel(pipelines);
  return async () => {
    const coverage = coverModels(await findPipelinesInUse(db, pipelines));
    const models = {
      embedders: coverage.flatMap(({ embedder }) => embedder ?? []),
      verifiers: coverage.flatMap(({ verifier }) => verifier ?? []),
    };
    const limits = { most: mostAtOnce, stop: AbortSignal.any([leave, AbortSignal.timeout(longestMs)]) };
    const items = await addMissedItemJobs(db, models, limits);
    if (items > 0) logger.info({ items, ...models }, 'Indexing catalogue items again.');
    await addMissedCounterExampleJobs(db, [...models.embedders, ...models.verifiers]);
    if (words) await addMissedWordsJobs(db, words.version);
    if (model === undefined) return;
    const images = await addMissedIndexJobs(db, model, limits);
    if (images > 0) logger.info({ images, model }, 'Indexing images again.');
    const libraries = await tendVectorIndexes(db, model, { stop: leave });
    if (libraries > 0) logger.info({ libraries, model }, 'Updated the vector indexes of large libraries.');
  };
}
