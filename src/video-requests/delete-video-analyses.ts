import type { DeletionResult } from '../analyses/delete.service.ts';
import { type GivenId, uuidsOf } from '../given-id.ts';
import type { Resources } from '../resources.ts';
import { ConflictError, NotFoundError } from '../user-error.ts';
import { removeEndedVideoAnalysis } from '../video-analyses/removal.repository.ts';
import { findVideoAnalyses } from '../video-analyses/video-analyses.repository.ts';

/**
 * Deletes video analyses that have ended, with their results; their videos stay. One that has not ended gives ConflictError: its worker
 * would store seconds of an analysis that no longer exists.
 * @returns one result for each id, in their order.
 */
export async function deleteVideoAnalyses(
  { db }: Pick<Resources, 'db'>,
  organizationId: string,
  ids: readonly GivenId[],
): Promise<DeletionResult[]> {
  const deleted = new Set<string>();
  // Each by itself, because a long video has thousands of rows.
  for (const id of uuidsOf(ids)) if (await removeEndedVideoAnalysis(db, organizationId, id)) deleted.add(id);
  const left = new Map((await findVideoAnalyses(db, organizationId, uuidsOf(ids))).map((row) => [row.id, row]));
  return ids.map(({ uuid, text }) => {
    if (uuid !== null && deleted.has(uuid)) return { id: uuid };
    const row = uuid === null ? undefined : left.get(uuid);
    if (!row) return new NotFoundError(text);
    return new ConflictError(`The analysis ${text} is ${row.status}. Cancel it before you delete it.`);
  });
}
