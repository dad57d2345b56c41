import { finishItemIndexing, getForIndexing } from '../../src/catalog/indexing.repository.ts';
import { indexCatalogItemJob } from '../../src/jobs/definitions.ts';
import { type Failure, readFailure } from '../../src/shared/failure.ts';
import { findPipelinesInUse } from '../../src/tasks/pipelines-in-use.repository.ts';
import { trimTaught } from '../../src/teaching/trim.ts';
import { coverModels } from '../cover-models.ts';
import type { JobHandler } from '../job-handler.ts';
import type { WorkerResources } from '../resources.ts';
import type { StoredPictures } from '../stored-pictures.ts';

/** The last attempt fails the item even if the picture may be fine: more than a minute and a half after the first. */
const mostAttempts = 5;

/**
 * Describes every picture of a catalogue item with every embedder and verifier of the pipelines in use. If the thumbnail cannot be used,
 * the item is FAILED; an unusable reference image is skipped with a line in the log. Failures of an engine are retried. While bytes
 * of a picture are still arriving, the item waits.
 */
export function indexCatalogItemHandler(
  resources: WorkerResources,
  pictures: StoredPictures,
): JobHandler<typeof indexCatalogItemJob> {
  const { db, hints, logger, pipelines } = resources;
  return async (job, { abortSignal, job: { attempts } }) => {
    const views = await getForIndexing(db, job);
    // The job is added again when the bytes arrive or fail.
    if (views.some(({ status }) => status === 'AWAITING_UPLOAD' || status === 'FETCHING')) return;
    const embeddings: { imageId: string; model: string; embedding: Float32Array }[] = [];
    const features: { imageId: string; model: string; features: Uint8Array }[] = [];
    // The failure of a thumbnail whose bytes never arrived.
    let failure: Failure | null = views[0]?.status === 'FAILED' ? readFailure(views[0]) : null;
    for (const { pipeline, embedder, verifier } of coverModels(await findPipelinesInUse(db, pipelines))) {
      for (const { imageId, sha256, position, describedBy } of views) {
        if (sha256 === null) continue;
        // A correction adds one picture to many that are described.
        if ([embedder, verifier].every((model) => model === null || describedBy.includes(model))) continue;
        const outcome = await pictures.describe(
          { organizationId: job.organizationId, sha256 },
          {
            id: `${job.catalogItemId}:${imageId}`,
            pipeline,
            priority: indexCatalogItemJob.enginePriority,
            features: verifier !== null,
          },
          abortSignal ? { signal: abortSignal } : {},
        );
        if (!outcome.ok && outcome.failure.retryable && attempts < mostAttempts)
          throw new Error(`A picture of a catalogue item could not be described: ${outcome.failure.message}`);
        if (outcome.ok) {
          if (embedder) embeddings.push({ imageId, model: embedder, embedding: outcome.embedding });
          if (verifier && outcome.features) features.push({ imageId, model: verifier, features: outcome.features });
        } else if (position === 0) failure = outcome.failure;
        else
          logger.warn({ ...job, imageId, ...outcome.failure }, 'A reference image of a catalogue item cannot be used.');
      }
    }
    await db.transaction().execute((trx) => finishItemIndexing(trx, { ...job, failure, embeddings, features }));
    await trimTaught(resources, job);
    hints.eventsWritten();
  };
}
