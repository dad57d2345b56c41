import type { Transaction } from 'kysely';
import type { DB } from '../database/types.generated.ts';
import { unlinkVideo } from '../video-analyses/video-analyses.repository.ts';
import { endOpenVideoAnalyses } from './arrival.ts';
import { lockVideo, removeVideo } from './videos.repository.ts';

/**
 * Deletes a video; analyses that have not ended are FAILED, and the others keep their results. Run it in `inLogOrder`.
 * @returns null: there is no such video. The hash is for `removeUnusedBlobs` after the commit.
 * @throws OutOfOrderError
 */
export async function deleteVideo(
  trx: Transaction<DB>,
  organizationId: string,
  id: string,
): Promise<{ sha256: string | null; analysesKept: number } | null> {
  const video = await lockVideo(trx, organizationId, id);
  if (!video) return null;
  await endOpenVideoAnalyses(trx, organizationId, id);
  const analysesKept = await unlinkVideo(trx, organizationId, id);
  await removeVideo(trx, organizationId, id);
  return { sha256: video.sha256, analysesKept };
}
