import type { Kysely } from 'kysely';
import type { DB } from '../src/database/types.generated.ts';
import { newId } from '../src/ids.ts';
import { type Described, findDescription, isLasting } from '../src/library/descriptions.repository.ts';
import type { IndexModel } from '../src/library/index-model.ts';
import type { StoredPictures } from './stored-pictures.ts';

/**
 * The description of a picture by the index model: a stored one, or a new one from an engine. @throws AbortError;
 * EnginePoolClosedError and the store's errors, after which another worker may do it.
 */
export async function describeBlob(
  { db, pictures }: { db: Kysely<DB>; pictures: StoredPictures },
  key: { organizationId: string; sha256: string },
  model: IndexModel,
  { priority, signal }: { priority: number; signal?: AbortSignal | undefined },
): Promise<Described> {
  const known = await findDescription(db, key.organizationId, key.sha256, model.version);
  if (known && isLasting(known)) return known;
  const job = { id: `describe:${newId()}`, pipeline: model.pipeline, priority, features: false };
  const outcome = await pictures.describe(key, job, signal ? { signal } : {});
  return outcome.ok ? { embedding: outcome.embedding } : { failure: outcome.failure };
}
