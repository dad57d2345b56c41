import { indexCounterExamplesJob } from '../../src/jobs/definitions.ts';
import { addJob } from '../../src/jobs/jobs.repository.ts';
import { toBytes } from '../../src/library/embedding-bytes.ts';
import { findPipelinesInUse } from '../../src/tasks/pipelines-in-use.repository.ts';
import {
  type CounterExampleDescription,
  insertDescriptions,
  listUndescribed,
  type Undescribed,
} from '../../src/teaching/counter-examples.repository.ts';
import { trimCounterExamples } from '../../src/teaching/trim.ts';
import { type Coverage, coverModels } from '../cover-models.ts';
import type { JobHandler } from '../job-handler.ts';
import type { WorkerResources } from '../resources.ts';
import type { StoredPictures } from '../stored-pictures.ts';

/** Counter-examples of one run of the job: a few seconds of an engine. */
const mostAtOnce = 50;

/**
 * Describes the counter-examples of an organisation with every embedder and verifier of the pipelines in use. Failures of an engine are
 * retried.
 */
export function indexCounterExamplesHandler(
  resources: WorkerResources,
  pictures: StoredPictures,
): JobHandler<typeof indexCounterExamplesJob> {
  const { db, logger, pipelines } = resources;

  const describe = async (
    organizationId: string,
    { imageId, sha256, describedBy }: Undescribed,
    coverage: readonly Coverage[],
  ) => {
    const made: CounterExampleDescription[] = [];
    for (const { pipeline, embedder, verifier } of coverage) {
      if ([embedder, verifier].every((model) => model === null || describedBy.includes(model))) continue;
      const priority = indexCounterExamplesJob.enginePriority;
      const outcome = await pictures.describe(
        { organizationId, sha256 },
        { id: imageId, pipeline, priority, features: verifier !== null },
        {},
      );
      if (!outcome.ok && outcome.failure.retryable)
        throw new Error(`A counter-example could not be described: ${outcome.failure.message}`);
      if (!outcome.ok) {
        logger.warn({ organizationId, imageId, ...outcome.failure }, 'A counter-example cannot be used.');
        continue;
      }
      if (embedder) made.push({ imageId, model: embedder, description: toBytes(outcome.embedding) });
      if (verifier && outcome.features) made.push({ imageId, model: verifier, description: outcome.features });
    }
    return made;
  };

  return async ({ organizationId }, { abortSignal }) => {
    const coverage = coverModels(await findPipelinesInUse(db, pipelines));
    const models = coverage.flatMap(({ embedder, verifier }) => [embedder, verifier].filter((model) => model !== null));
    const embedders = coverage.flatMap(({ embedder }) => embedder ?? []);
    const undescribed = await listUndescribed(db, organizationId, models, mostAtOnce);
    for (const each of undescribed) {
      if (abortSignal?.aborted) break;
      const made = await describe(organizationId, each, coverage);
      await db.transaction().execute((trx) => insertDescriptions(trx, organizationId, made));
    }
    await trimCounterExamples(resources, organizationId, embedders);
    if (undescribed.length === mostAtOnce) await addJob(db, indexCounterExamplesJob, { payload: { organizationId } });
  };
}
