import type { Transaction } from 'kysely';
import type { DB } from '../database/types.generated.ts';
import { receiveUploadJob } from '../jobs/definitions.ts';
import { addJobs } from '../jobs/jobs.repository.ts';

/**
 * Adds the jobs that check whether the bytes of uploads have arrived in the store, one per upload; an existing job is moved to this
 * time.
 */
export function addArrivalJobs(
  trx: Transaction<DB>,
  organizationId: string,
  uploadIds: readonly string[],
  afterSeconds: number,
): Promise<void> {
  return addJobs(
    trx,
    receiveUploadJob,
    uploadIds.map((uploadId) => ({ payload: { organizationId, uploadId }, afterSeconds })),
  );
}
