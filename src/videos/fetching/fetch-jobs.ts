import type { Transaction } from 'kysely';
import type { DB } from '../../database/types.generated.ts';
import { fetchVideoJob } from '../../jobs/definitions.ts';
import { addJobs } from '../../jobs/jobs.repository.ts';

/**
 * Adds the job that fetches a video from its URL, in the transaction that creates the video.
 * @param later for another attempt: the number of earlier ones, and how long to wait.
 */
export function addFetchJob(
  trx: Transaction<DB>,
  organizationId: string,
  videoId: string,
  { attemptsBefore, afterSeconds }: { attemptsBefore: number; afterSeconds: number } = {
    attemptsBefore: 0,
    afterSeconds: 0,
  },
): Promise<void> {
  return addJobs(trx, fetchVideoJob, [{ payload: { organizationId, videoId, attemptsBefore }, afterSeconds }]);
}
