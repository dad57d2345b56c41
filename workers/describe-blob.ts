import { newId } from '../src/ids.ts';
import { type Described, findDescription } from '../src/library/descriptions.repository.ts';
import type { IndexModel } from '../src/library/index-model.ts';
import type { WorkerResources } from './resources.ts';

/**
 * What the index model makes of a picture: as it is known already, or from an engine.
 * @throws AbortError; EnginePoolClosedError and the store's errors, after which somebody else may do it.
 */
export async function describeBlob(
  { db, blobs, engines }: WorkerResources,
  key: { organizationId: string; sha256: string },
  model: IndexModel,
  { priority, signal }: { priority: number; signal?: AbortSignal | undefined },
): Promise<Described> {
  const known = await findDescription(db, key.organizationId, key.sha256, model.version);
  if (known) return known;
  const file = await blobs.localFile(key).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (file === null) return { failure: pictureGone };
  const job = { id: `describe:${newId()}`, file, pipeline: model.pipeline, priority, features: false };
  const outcome = await engines.describe(job, signal ? { signal } : {});
  return outcome.ok ? { embedding: outcome.embedding } : { failure: outcome.failure };
}

const pictureGone = {
  code: 'DOWNLOAD_FAILED',
  message: 'The picture is not in the store. Upload it again.',
  retryable: true,
} as const;
