import type { DeletionResult } from '../analyses/delete.service.ts';
import { type RemovedAnalysis, removePictures } from '../analyses/remove-pictures.ts';
import { type GivenId, uuidsOf } from '../given-id.ts';
import type { Resources } from '../resources.ts';
import { ConflictError, NotFoundError } from '../user-error.ts';
import { removeEndedVideoAnalysis } from '../video-analyses/removal.repository.ts';
import { findVideoAnalyses } from '../video-analyses/video-analyses.repository.ts';

/**
 * Deletes video analyses that have ended, with their results and pictures of tracks; their videos stay. One that has not ended gives ConflictError: its worker
 * would store seconds of an analysis that no longer exists.
 * @returns one result for each id, in their order.
 */
export async function deleteVideoAnalyses(
  app: Pick<Resources, 'db' | 'blobs' | 'logger'>,
  organizationId: string,
  ids: readonly GivenId[],
): Promise<DeletionResult[]> {
  const { db } = app;
  const removed: RemovedAnalysis[] = [];
  // Each by itself, because a long video has thousands of rows.
  for (const id of uuidsOf(ids)) {
    const one = await removeEndedVideoAnalysis(db, organizationId, id);
    if (one) removed.push(one);
  }
  await removePictures(app, organizationId, removed);
  const deleted = new Set(removed.map(({ id }) => id));
  const left = new Map((await findVideoAnalyses(db, organizationId, uuidsOf(ids))).map((row) => [row.id, row]));
  return ids.map(({ uuid, text }) => {
    if (uuid !== null && deleted.has(uuid)) return { id: uuid };
    const row = uuid === null ? undefined : left.get(uuid);
    if (!row) return new NotFoundError(text);
    return new ConflictError(`The analysis ${text} is ${row.status}. Cancel it before you delete it.`);
  });
}
