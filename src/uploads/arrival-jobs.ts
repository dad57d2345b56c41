import type { Transaction } from 'kysely';
import type { DB } from '../database/types.generated.ts';
import { receiveUploadJob } from '../jobs/definitions.ts';
import { addJobs } from '../jobs/jobs.repository.ts';

/**
 * The jobs that look whether the bytes of uploads have come to the store, one for each; one that is there already is put
 * off, or forward, to this time.
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
