import { type GivenId, uuidsOf } from '../given-id.ts';
import type { Resources } from '../resources.ts';
import { ConflictError, NotFoundError } from '../user-error.ts';
import { findAnalyses, removeEndedAnalyses } from './analyses.repository.ts';
import type { AnalysisStatus } from './life.ts';
import { type RemovedAnalysis, removePictures } from './remove-pictures.ts';

export interface DeletedAnalysis {
  id: string;
}

export type DeletionResult = DeletedAnalysis | NotFoundError | ConflictError;

/**
 * Deletes analyses that have ended, with their results, annotated pictures and crops, their part in the statistics and their
 * membership in batches; counters of batches stay as they are, and so do images. One that has not ended gives ConflictError: its
 * worker would write a result for a row that no longer exists.
 * @returns one result for each id, in their order.
 */
export async function deleteAnalyses(
  app: Pick<Resources, 'db' | 'blobs' | 'logger'>,
  organizationId: string,
  ids: readonly GivenId[],
): Promise<DeletionResult[]> {
  const removed = await app.db.transaction().execute((trx) => removeEndedAnalyses(trx, organizationId, uuidsOf(ids)));
  await removePictures(app, organizationId, removed);
  return deletionResults(ids, removed, await findAnalyses(app.db, organizationId, uuidsOf(ids)));
}

/** One result for each id, in their order. @param left those of these analyses that were not removed */
export function deletionResults(
  ids: readonly GivenId[],
  removed: readonly RemovedAnalysis[],
  left: readonly { id: string; status: AnalysisStatus }[],
): DeletionResult[] {
  const deleted = new Set(removed.map(({ id }) => id));
  const statuses = new Map(left.map(({ id, status }) => [id, status]));
  return ids.map(({ uuid, text }) => {
    if (uuid !== null && deleted.has(uuid)) return { id: uuid };
    const status = statuses.get(uuid ?? '');
    if (status === undefined) return new NotFoundError(text);
    return new ConflictError(`The analysis ${text} is ${status}. Cancel it before you delete it.`);
  });
}
