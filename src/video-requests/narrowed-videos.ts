import type { Kysely } from 'kysely';
import { placeIssues, sourceIssues } from '../batches/narrowed-submission.ts';
import type { DB } from '../database/types.generated.ts';
import { type GivenId, uuidsOf } from '../given-id.ts';
import type { Narrowing } from '../shared/narrowing.ts';
import { NotFoundError, ValidationError } from '../user-error.ts';
import { findVideos } from '../videos/videos.repository.ts';
import type { AnalyzeVideoInput } from './video-input.ts';

/**
 * A caller who is limited to tasks or places submits videos to these tasks, for these places, and uses videos that it sees.
 * @throws NotFoundError for another task or video, ValidationError for another place or for an upload
 */
export async function checkVideoNarrowing(
  db: Kysely<DB>,
  organizationId: string,
  inputs: readonly AnalyzeVideoInput[],
  narrowing: Narrowing,
): Promise<void> {
  const { taskIds } = narrowing;
  for (const { taskId } of inputs)
    if (taskIds !== null && !(taskId.uuid !== null && taskIds.includes(taskId.uuid)))
      throw new NotFoundError(taskId.text);
  const issues = inputs.flatMap(({ placeId, source }, index) => [
    ...placeIssues(placeId, narrowing, ['videos', String(index), 'placeId']),
    ...sourceIssues(source, ['videos', String(index), 'source', 'uploadId']),
  ]);
  if (issues.length > 0) throw new ValidationError(issues);
  const given: GivenId[] = inputs.flatMap(({ source }) => ('videoId' in source ? [source.videoId] : []));
  if (given.length === 0) return;
  const seen = new Set((await findVideos(db, organizationId, uuidsOf(given), narrowing)).map(({ id }) => id));
  for (const { uuid, text } of given) if (uuid === null || !seen.has(uuid)) throw new NotFoundError(text);
}
