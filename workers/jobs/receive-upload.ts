import { receiveUploadJob } from '../../src/jobs/definitions.ts';
import { addJob } from '../../src/jobs/jobs.repository.ts';
import { lookForUpload } from '../../src/uploads/look-for-upload.ts';
import type { JobHandler } from '../job-handler.ts';
import type { WorkerResources } from '../resources.ts';

/** Retry delay for an unreachable store, instead of graphile-worker's growing delays: the upload ends within the hour. */
const afterTroubleSeconds = 30;

/** Checks repeatedly whether the bytes of an upload have arrived in the store, until they have or the upload ends. */
export function receiveUploadHandler(
  resources: Pick<WorkerResources, 'db' | 'blobs' | 'config' | 'hints'>,
): JobHandler<typeof receiveUploadJob> {
  const lookAgain = (organizationId: string, uploadId: string, seconds: number) =>
    addJob(resources.db, receiveUploadJob, { payload: { organizationId, uploadId }, afterSeconds: seconds });
  return async ({ organizationId, uploadId }) => {
    try {
      const seconds = await lookForUpload(resources, { organizationId, uploadId });
      if (seconds !== null) await lookAgain(organizationId, uploadId, seconds);
    } catch (error) {
      await lookAgain(organizationId, uploadId, afterTroubleSeconds);
      throw error;
    }
  };
}
