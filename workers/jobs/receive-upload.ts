import type { Task } from 'graphile-worker';
import { z } from 'zod';
import { addArrivalJobs } from '../../src/uploads/arrival-jobs.repository.ts';
import { lookForUpload } from '../../src/uploads/look-for-upload.ts';
import type { WorkerResources } from '../resources.ts';

export const receiveUploadPayload = z.object({ organizationId: z.uuid(), uploadId: z.uuid() });

/** A store that is away is asked again this soon, and not later and later as graphile-worker would: the upload ends within the hour. */
const afterTroubleSeconds = 30;

/** Looks whether the bytes of an upload have come to the store itself, again and again until they have or it ends. */
export function receiveUploadTask(resources: Pick<WorkerResources, 'db' | 'blobs' | 'config' | 'hints'>): Task {
  const lookAgain = (organizationId: string, uploadId: string, seconds: number) =>
    resources.db.transaction().execute((trx) => addArrivalJobs(trx, organizationId, [uploadId], seconds));
  return async (payload) => {
    const { organizationId, uploadId } = receiveUploadPayload.parse(payload);
    try {
      const seconds = await lookForUpload(resources, { organizationId, uploadId });
      if (seconds !== null) await lookAgain(organizationId, uploadId, seconds);
    } catch (error) {
      await lookAgain(organizationId, uploadId, afterTroubleSeconds);
      throw error;
    }
  };
}
