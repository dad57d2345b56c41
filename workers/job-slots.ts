import { type Job, jobs } from '../src/jobs/all-jobs.ts';
import { type SlotName, slots } from '../src/jobs/slots.ts';
import type { WorkerResources } from './resources.ts';

export interface OpenSlot {
  concurrency: number;
  jobs: readonly Job[];
}

/** The slots of a worker with these settings, and the jobs that run in each. */
export function openSlots({ config, blobs }: Pick<WorkerResources, 'config' | 'blobs'>): OpenSlot[] {
  const bySlot = Map.groupBy(jobs, ({ slot }): SlotName | null => {
    // Remaining downloads from before URL_INGEST was switched off fail at once.
    if ((slot === 'fetches' || slot === 'videoFetches') && config.urlIngest === null) return 'chores';
    // Also open while UPLOADS_DIRECT is off here: the api may have it on, or may have had.
    if (slot === 'arrivals' && !blobs.directUploads) return null;
    return slot;
  });
  return [...bySlot].flatMap(([slot, inSlot]) =>
    slot === null ? [] : [{ concurrency: slots[slot].concurrency, jobs: inSlot }],
  );
}
