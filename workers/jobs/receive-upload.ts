import { receiveUploadJob } from '../../src/jobs/definitions.ts';
import { addJob } from '../../src/jobs/jobs.repository.ts';
import { lookForUpload } from '../../src/uploads/look-for-upload.ts';
import type { JobHandler } from '../job-handler.ts';
import type { WorkerResources } from '../resources.ts';

/** A store that is away is asked again this soon, and not later and later as graphile-worker would: the upload ends within the hour. */
const afterTroubleSeconds = 30;

/** Looks whether the bytes of an upload have come to the store itself, again and again until they have or it ends. */
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
