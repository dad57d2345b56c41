import type { Transaction } from 'kysely';
import { addIndexingJob } from '../catalog/create-item.ts';
import type { DB } from '../database/types.generated.ts';
import type { Staged } from '../images/receiving/received.ts';
import { storeReceived } from '../intake/store-received.ts';
import { indexCounterExamplesJob } from '../jobs/definitions.ts';
import { addJobs } from '../jobs/jobs.repository.ts';
import { findRevisions, insertTaught, lockCorrections, type TeachingCorrection } from './crops.repository.ts';

/** A correction with its crop, cut out of the picture. */
export interface Cut {
  correction: TeachingCorrection;
  staged: Staged;
}

/**
 * Stores crops as pictures of their items and as counter-examples, with the jobs that describe them. Items stay as they are
 * meanwhile: what is added to an ACTIVE item is used as soon as it is described. Crops of corrections that were removed meanwhile
 * are left out; discard them as all that were not kept.
 * @throws QuotaExceededError if they do not all fit into the plan's storage.
 */
export async function storeTaught(trx: Transaction<DB>, organizationId: string, cuts: readonly Cut[]): Promise<void> {
  const known = await lockCorrections(
    trx,
    organizationId,
    cuts.map(({ correction }) => correction.id),
  );
  const left = cuts.filter(({ correction }) => known.has(correction.id));
  const targets = await storeReceived(
    trx,
    organizationId,
    left.map(({ staged }) => ({ received: staged, inLibrary: false })),
  );
  await insertTaught(
    trx,
    organizationId,
    left.map(({ correction }, index) => ({ correctionId: correction.id, imageId: targets[index]!.imageId })),
  );
  const itemIds = [...new Set(left.flatMap(({ correction }) => correction.catalogItemId ?? []))];
  for (const { id, revision } of await findRevisions(trx, organizationId, itemIds))
    await addIndexingJob(trx, { organizationId, catalogItemId: id, revision });
  if (left.some(({ correction }) => correction.catalogItemId === null))
    await addJobs(trx, indexCounterExamplesJob, [{ payload: { organizationId } }]);
}
