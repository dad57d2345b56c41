import { addIndexJobs } from '../../src/images/index-jobs.ts';
import { indexImagesJob } from '../../src/jobs/definitions.ts';
import { indexModel } from '../../src/library/index-model.ts';
import {
  finishImageIndexing,
  type IndexedImage,
  listUnindexed,
  type Unindexed,
} from '../../src/library/indexing.repository.ts';
import type { Failure } from '../../src/shared/failure.ts';
import { describeBlob } from '../describe-blob.ts';
import type { JobHandler } from '../job-handler.ts';
import type { WorkerResources } from '../resources.ts';
import type { StoredPictures } from '../stored-pictures.ts';

/** How long to wait for images whose analyses have not ended, because analyses describe them, too. */
const againAfterSeconds = 60;

/**
 * Makes images searchable: INDEXED, or FAILED when their picture cannot be decoded. Other failures are retried, and FAILED after
 * the last attempt. A worker that stops leaves the rest to others.
 * @param stop aborted when the worker is about to stop.
 */
export function indexImagesHandler(
  resources: WorkerResources,
  pictures: StoredPictures,
  stop: AbortSignal,
): JobHandler<typeof indexImagesJob> {
  const { db, hints, pipelines } = resources;
  const model = indexModel(pipelines);
  return async ({ organizationId, imageIds }, { job }) => {
    const images = await listUnindexed(db, organizationId, imageIds, model?.version ?? '');
    const now = images.filter(({ isAnalyzed }) => !isAnalyzed);
    const outcomes = (await Promise.all(now.map((image) => describe(organizationId, image)))).filter(
      (one) => one !== null,
    );
    const isLastAttempt = job.attempts >= job.max_attempts;
    const faults = isLastAttempt ? [] : outcomes.flatMap(({ described }) => transientFault(described) ?? []);
    const ended = outcomes.filter(({ described }) => isLastAttempt || !transientFault(described));
    await db.transaction().execute(async (trx) => {
      const done = new Set(await finishImageIndexing(trx, ended));
      const left = images.filter(({ imageId }) => !done.has(imageId)).map(({ imageId }) => imageId);
      // Images that the next attempt of this job handles need no other job.
      if (faults.length === 0) await addIndexJobs(trx, organizationId, left, stop.aborted ? 0 : againAfterSeconds);
    });
    hints.eventsWritten();
    if (faults[0])
      throw new Error(`${faults.length} of ${images.length} images could not be indexed: ${faults[0].message}`);
  };

  /** null: this worker is stopping. */
  async function describe(organizationId: string, { imageId, sha256 }: Unindexed): Promise<IndexedImage | null> {
    const image = { organizationId, imageId, sha256, model: model?.version ?? '' };
    if (!model) return { ...image, described: { failure: noModel } };
    try {
      const described = await describeBlob({ db, pictures }, image, model, {
        priority: indexImagesJob.enginePriority,
        signal: stop,
      });
      return { ...image, described };
    } catch (error) {
      if (stop.aborted) return null;
      throw error;
    }
  }
}

function transientFault(described: IndexedImage['described']): Failure | null {
  return 'failure' in described && described.failure.retryable ? described.failure : null;
}

const noModel: Failure = {
  code: 'MODEL_UNAVAILABLE',
  message: 'No pipeline on the server has an embedder, so no image can be made searchable.',
  retryable: true,
};
