import { z } from 'zod';
import { priorities } from '../analyses/life.ts';
import { derivedName, derivedPicture } from '../images/derived/derived-picture.ts';
import { defineJob, type PayloadOf } from './define-job.ts';

const organizationId = z.uuid();
const none = z.object({});

/**
 * A wake token: it names no analysis; whoever takes it claims up to a chunk of what is QUEUED. Tokens of a submission are
 * many and have its priority. One token at most (the keyed one) stands for what is left over.
 */
export const analyzeJob = defineJob({ name: 'analyze', payload: none, slot: 'analyses', keyParts: () => ['left'] });

/** Removes what organisations do not keep any longer. Behind everything: nobody waits for it. */
export const cleanRetentionJob = defineJob({
  name: 'clean_retention',
  payload: none,
  slot: 'chores',
  priority: 40,
  keyParts: () => [],
});

/** Describes a picture that somebody searches by. Somebody waits, for seconds: later attempts would be for nobody. */
export const describeExampleJob = defineJob({
  name: 'describe_example',
  /** sha256: lower-case hex. */
  payload: z.object({ organizationId, sha256: z.string().length(64) }),
  slot: 'awaited',
  priority: -5,
  maxAttempts: 3,
  keyParts: (example) => [example.organizationId, example.sha256],
});

/** Writes an export. One that ends its worker five times ends FAILED. */
export const exportAnalysesJob = defineJob({
  name: 'export_analyses',
  payload: z.object({ organizationId, exportId: z.uuid() }),
  slot: 'exports',
  maxAttempts: 5,
  keyParts: ({ exportId }) => [exportId],
});

/**
 * Downloads pictures of one host, so that a slow one delays no other. Rejected: a queue of graphile-worker's for each host;
 * a worker asks for the next job before it has given the queue of the last one back, and then waits for two seconds.
 */
export const fetchImagesJob = defineJob({
  name: 'fetch_images',
  payload: z.object({ organizationId, host: z.string(), imageIds: z.array(z.uuid()), attemptsBefore: z.int() }),
  slot: 'fetches',
  // Of failures that are ours; the handler ends the images FAILED before. Those of workers that die count, too.
  maxAttempts: 10,
});

/**
 * Embeds the pictures that a catalogue item has at a revision. In the engines it goes before pictures that nobody waits for
 * and behind those that somebody does.
 */
export const indexCatalogItemJob = defineJob({
  name: 'index_catalog_item',
  payload: z.object({ organizationId, catalogItemId: z.uuid(), revision: z.int() }),
  slot: 'chores',
  enginePriority: -5,
  keyParts: ({ catalogItemId }) => [catalogItemId],
});

/** Of items that were missed: behind those that clients have just made or changed, since these may be hours of work. */
export const missedItemPriority = 10;

/** Makes images searchable, after everything that is analysed, whatever its priority. */
export const indexImagesJob = defineJob({
  name: 'index_images',
  payload: z.object({ organizationId, imageIds: z.array(z.uuid()) }),
  slot: 'indexing',
  priority: 30,
  // Within the first hour; what fails for longer is found again by index_missed.
  maxAttempts: 8,
});

/** Looks for catalogue items and images that should be described by the present models and are not. */
export const indexMissedJob = defineJob({
  name: 'index_missed',
  payload: none,
  slot: 'chores',
  priority: 30,
  keyParts: () => [],
});

/** Looks whether the bytes of an upload have come to the store. */
export const receiveUploadJob = defineJob({
  name: 'receive_upload',
  payload: z.object({ organizationId, uploadId: z.uuid() }),
  slot: 'arrivals',
  keyParts: ({ uploadId }) => [uploadId],
});

/** Makes a picture from an image that a request waits for. Those that analyses make are there before anybody asks. */
export const renderImageJob = defineJob({
  name: 'render_image',
  /** picture: absent in rows of versions that made all smaller ones at once. */
  payload: z.object({ organizationId, imageId: z.uuid(), picture: derivedPicture.optional() }),
  slot: 'awaited',
  priority: priorities.INTERACTIVE,
  maxAttempts: 3,
  keyParts: ({ imageId, picture }) => (picture ? [imageId, derivedName(picture)] : [imageId]),
  // It is asked for at every view: that must not bring an attempt forward that waits after a failure.
  preservesRunAt: true,
});

/** Every job there is. Each has a handler of its name in workers/jobs. */
export const jobs = [
  analyzeJob,
  cleanRetentionJob,
  describeExampleJob,
  exportAnalysesJob,
  fetchImagesJob,
  indexCatalogItemJob,
  indexImagesJob,
  indexMissedJob,
  receiveUploadJob,
  renderImageJob,
] as const;

export type Job = (typeof jobs)[number];
export type JobName = Job['name'];
export type Payloads = { [Definition in Job as Definition['name']]: PayloadOf<Definition> };
