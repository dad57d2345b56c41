import type { Transaction } from 'kysely';
import type { DB } from '../../database/types.generated.ts';
import { newId } from '../../ids.ts';
import type { PayloadOf } from '../../jobs/define-job.ts';
import { cutImageJob } from '../../jobs/definitions.ts';
import { addJobs } from '../../jobs/jobs.repository.ts';
import { type ImageInsert, insertImages } from '../life.repository.ts';

/** What to cut out of which image. */
export type Cut = Pick<PayloadOf<typeof cutImageJob>, 'fromImageId' | 'box'>;

/**
 * Creates an image whose bytes are a part of another one, and the job that cuts it out. It is FETCHING until then, and in no list:
 * it belongs to a catalogue item.
 * @returns its id
 */
export async function addCutImage(trx: Transaction<DB>, organizationId: string, cut: Cut): Promise<string> {
  const id = newId();
  const image: ImageInsert = {
    ...{ id, sha256: null, failure: null, sourceUrl: null, filename: null, externalId: null, placeId: null },
    ...{ status: 'FETCHING', metadata: {}, recordedAt: null, inLibrary: false, index: false },
  };
  await insertImages(trx, organizationId, [image]);
  await addJobs(trx, cutImageJob, [{ payload: { organizationId, imageId: id, ...cut } }]);
  return id;
}
