import type { Transaction } from 'kysely';
import type { DB } from '../database/types.generated.ts';
import { indexImagesJob } from '../jobs/definitions.ts';
import { addJobs } from '../jobs/jobs.repository.ts';

/** Images per job: enough that adding jobs costs little, few enough to be shared between workers. */
const chunkSize = 32;

/**
 * Adds the jobs that make images searchable, in the transaction that makes the images READY and INDEXING.
 * @param afterSeconds 0: at once. Images that are about to be analysed are described by their analysis; their job runs later, for
 *   those whose analysis fails.
 */
export function addIndexJobs(
  trx: Transaction<DB>,
  organizationId: string,
  imageIds: readonly string[],
  afterSeconds: number,
): Promise<void> {
  const chunks = Array.from({ length: Math.ceil(imageIds.length / chunkSize) }, (_, index) =>
    imageIds.slice(index * chunkSize, (index + 1) * chunkSize),
  );
  return addJobs(
    trx,
    indexImagesJob,
    chunks.map((imageIds) => ({ payload: { organizationId, imageIds }, afterSeconds })),
  );
}
