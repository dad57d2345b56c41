import type { probeVideoJob } from '../../src/jobs/definitions.ts';
import type { JobHandler } from '../job-handler.ts';
import type { WorkerResources } from '../resources.ts';
import { probeStored } from '../videos/probe.ts';

/** Reads what the header of a video says. */
export function probeVideoHandler(resources: WorkerResources): JobHandler<typeof probeVideoJob> {
  return ({ organizationId, videoId }) => probeStored(resources, organizationId, videoId);
}
