import { type DeletionResult, deletionResults } from '../analyses/delete.service.ts';
import { type RemovedAnalysis, removePictures } from '../analyses/remove-pictures.ts';
import { type GivenId, uuidsOf } from '../given-id.ts';
import type { Resources } from '../resources.ts';
import { removeEndedVideoAnalysis } from '../video-analyses/removal.repository.ts';
import { findVideoAnalyses } from '../video-analyses/video-analyses.repository.ts';

/**
 * Deletes video analyses that have ended, with their results and pictures of tracks; their videos stay. One that has not ended gives
 * ConflictError: its worker would store seconds of an analysis that no longer exists.
 * @returns one result for each id, in their order.
 */
export async function deleteVideoAnalyses(
  app: Pick<Resources, 'db' | 'blobs' | 'logger'>,
  organizationId: string,
  ids: readonly GivenId[],
): Promise<DeletionResult[]> {
  const removed: RemovedAnalysis[] = [];
  // Each by itself, because a long video has thousands of rows.
  for (const id of uuidsOf(ids)) {
    const one = await removeEndedVideoAnalysis(app.db, organizationId, id);
    if (one) removed.push(one);
  }
  await removePictures(app, organizationId, removed);
  return deletionResults(ids, removed, await findVideoAnalyses(app.db, organizationId, uuidsOf(ids)));
}
