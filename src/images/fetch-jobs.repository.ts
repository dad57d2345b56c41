import { type Kysely, sql, type Transaction } from 'kysely';
import { addJobs } from '../database/jobs.ts';
import type { DB } from '../database/types.generated.ts';
import { hostOf } from '../fetching/url-policy.ts';

/**
 * The jobs that fetch images from their URLs, in the transaction that makes the images: one for each host, so that pictures
 * of a slow one hold up no others. Rejected: a queue of graphile-worker's for each host. A worker asks for the next job
 * before it has given the queue of the last one back, and then waits for two seconds.
 *
 * @param priority smaller first.
 * @param later of another attempt: how many went before, and how long to wait.
 */
export function addFetchJobs(
  trx: Transaction<DB>,
  organizationId: string,
  images: readonly { id: string; url: string }[],
  priority: number,
  later: { attemptsBefore: number; afterSeconds: number } = { attemptsBefore: 0, afterSeconds: 0 },
): Promise<void> {
  const byHost = Map.groupBy(images, ({ url }) => hostOf(new URL(url)));
  return addJobs(
    trx,
    [...byHost].map(([host, ofHost]) => ({
      identifier: 'fetch_images',
      payload: { organizationId, host, imageIds: ofHost.map(({ id }) => id), attemptsBefore: later.attemptsBefore },
      priority,
      afterSeconds: later.afterSeconds,
      // Of failures that are ours; the task ends the images FAILED before. Those of workers that die count, too.
      maxAttempts: 10,
    })),
  );
}

/**
 * Images that are FETCHING without a job that fetches them or is going to: their workers died, the last time as well. An
 * image and its next job are always written together, so none is found in between.
 */
export async function findForgottenFetches(
  db: Kysely<DB>,
  limit: number,
): Promise<{ organizationId: string; imageId: string }[]> {
  const { rows } = await sql<{ organizationId: string; imageId: string }>`
    select image.organization_id as "organizationId", image.id as "imageId" from image
    where image.status = 'FETCHING' and image.id not in (
      select (json_array_elements_text(payload -> 'imageIds'))::uuid from graphile_worker._private_jobs job
      join graphile_worker._private_tasks task on task.id = job.task_id
      where task.identifier = 'fetch_images' and (job.attempts < job.max_attempts or job.locked_at is not null))
    limit ${limit}`.execute(db);
  return rows;
}
