import type { Transaction } from 'kysely';
import type { DB } from '../../database/types.generated.ts';
import { firstAttempt, type NextAttempt } from '../../fetching/attempts.ts';
import { fetchVideoJob } from '../../jobs/definitions.ts';
import { addJobs } from '../../jobs/jobs.repository.ts';

/** Adds the job that fetches a video from its URL, in the transaction that creates the video. */
export function addFetchJob(
  trx: Transaction<DB>,
  organizationId: string,
  videoId: string,
  { attemptsBefore, afterSeconds }: NextAttempt = firstAttempt,
): Promise<void> {
  return addJobs(trx, fetchVideoJob, [{ payload: { organizationId, videoId, attemptsBefore }, afterSeconds }]);
}
