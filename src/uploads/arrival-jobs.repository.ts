import type { Transaction } from 'kysely';
import { addJobs } from '../database/jobs.ts';
import type { DB } from '../database/types.generated.ts';

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
    uploadIds.map((uploadId) => ({
      identifier: 'receive_upload',
      payload: { organizationId, uploadId },
      jobKey: `receive_upload:${uploadId}`,
      afterSeconds,
    })),
  );
}
