import { z } from 'zod';
import { derivedName, derivedPicture } from '../pictures/derived-picture.ts';
import { videoPicture, videoPictureName } from '../pictures/video-picture.ts';
import { defineJob } from './define-job.ts';

const organizationId = z.uuid();
const none = z.object({});

/**
 * A wake token: it names no analysis; the worker that takes it claims up to a chunk of QUEUED analyses. A submission adds several
 * tokens with its priority. There is at most one keyed token, for QUEUED analyses that have no other.
 */
export const analyzeJob = defineJob({
  name: 'analyze',
  payload: none,
  slot: 'analyses',
  isWakeToken: true,
  keyParts: () => ['left'],
});

/** A wake token, as above, for one QUEUED analysis of a video. It runs for as long as the video takes. */
export const analyzeVideosJob = defineJob({
  name: 'analyze_videos',
  payload: none,
  slot: 'videos',
  isWakeToken: true,
  keyParts: () => ['left'],
});

/** Removes data whose retention period has ended. Runs after everything else, because no one waits for it. */
export const cleanRetentionJob = defineJob({
  name: 'clean_retention',
  payload: none,
  slot: 'chores',
  priority: 40,
  keyParts: () => [],
});

/** Counts the analyses of versions that kept no statistics, or no sums of tasks. Until it is done, statistics lack the past, and Task.stats is slow. */
export const countOldAnalysesJob = defineJob({
  name: 'count_old_analyses',
  payload: none,
  slot: 'chores',
  priority: 35,
  keyParts: () => [],
});

/**
 * Cuts a part out of an image, as the bytes of another image that waits for them, usually the thumbnail of an item that a person has just
 * named. If its worker dies five times, that image is FAILED.
 */
export const cutImageJob = defineJob({
  name: 'cut_image',
  /** box: pixels of the oriented picture. */
  payload: z.object({
    organizationId,
    imageId: z.uuid(),
    fromImageId: z.uuid(),
    box: z.tuple([z.number(), z.number(), z.number(), z.number()]),
  }),
  slot: 'chores',
  enginePriority: -5,
  maxAttempts: 5,
  keyParts: ({ imageId }) => [imageId],
});

/** Describes an example of a search. The client waits for seconds only, so later attempts would be useless. */
export const describeExampleJob = defineJob({
  name: 'describe_example',
  /** sha256: lower-case hex. */
  payload: z.object({ organizationId, sha256: z.string().length(64) }),
  slot: 'awaited',
  priority: -5,
  maxAttempts: 3,
  keyParts: (example) => [example.organizationId, example.sha256],
});

/** Writes an export. If its worker dies five times, the export is FAILED. */
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
  // For failures of the server; the handler makes the images FAILED before the last one. Attempts whose worker died count, too.
  maxAttempts: 10,
});

/** Downloads a video from its URL, which may take minutes. */
export const fetchVideoJob = defineJob({
  name: 'fetch_video',
  payload: z.object({ organizationId, videoId: z.uuid(), attemptsBefore: z.int() }),
  slot: 'videoFetches',
  // As for images.
  maxAttempts: 10,
});

/** Does the rows of a catalogue import. One that ends its worker five times ends FAILED. */
export const importCatalogJob = defineJob({
  name: 'import_catalog',
  payload: z.object({ organizationId, importId: z.uuid() }),
  slot: 'imports',
  maxAttempts: 5,
  keyParts: ({ importId }) => [importId],
});

/**
 * Embeds the pictures that a catalogue item has at a revision. Engines process it after pictures that a client waits for, and
 * before all others.
 */
export const indexCatalogItemJob = defineJob({
  name: 'index_catalog_item',
  payload: z.object({ organizationId, catalogItemId: z.uuid(), revision: z.int() }),
  slot: 'chores',
  enginePriority: -5,
  keyParts: ({ catalogItemId }) => [catalogItemId],
});

/** For items that were missed: after those that clients have just created or changed, because they may be hours of work. */
export const missedItemPriority = 10;

/** Describes counter-examples of an organisation, and removes those that are too many. Like pictures of items. */
export const indexCounterExamplesJob = defineJob({
  name: 'index_counter_examples',
  payload: z.object({ organizationId }),
  slot: 'chores',
  enginePriority: -5,
  keyParts: (payload) => [payload.organizationId],
});

/** Makes images searchable, after everything that is analysed, whatever its priority. */
export const indexImagesJob = defineJob({
  name: 'index_images',
  payload: z.object({ organizationId, imageIds: z.array(z.uuid()) }),
  slot: 'indexing',
  priority: 30,
  // All within the first hour; images that fail for longer are found again by index_missed.
  maxAttempts: 8,
});

/** Finds catalogue items and images that the current models should have described but have not. */
export const indexMissedJob = defineJob({
  name: 'index_missed',
  payload: none,
  slot: 'chores',
  priority: 30,
  keyParts: () => [],
});

/** Reads what the header of a video says. If its worker dies three times, the video is FAILED. */
export const probeVideoJob = defineJob({
  name: 'probe_video',
  payload: z.object({ organizationId, videoId: z.uuid() }),
  slot: 'probes',
  maxAttempts: 3,
  keyParts: ({ videoId }) => [videoId],
});

/**
 * Reads the words on catalogue pictures of an organisation, after everything else that engines do for clients: until it is done,
 * products are named without them.
 */
export const readCatalogWordsJob = defineJob({
  name: 'read_catalog_words',
  payload: z.object({ organizationId }),
  slot: 'indexing',
  priority: 20,
  keyParts: (payload) => [payload.organizationId],
});

/** Checks whether the bytes of an upload have arrived in the store. */
export const receiveUploadJob = defineJob({
  name: 'receive_upload',
  payload: z.object({ organizationId, uploadId: z.uuid() }),
  slot: 'arrivals',
  keyParts: ({ uploadId }) => [uploadId],
});

/** Puts the version in which people are hidden in the place of an original that no task keeps. */
export const removeOriginalJob = defineJob({
  name: 'remove_original',
  payload: z.object({ organizationId, imageId: z.uuid() }),
  slot: 'chores',
  enginePriority: -5,
  keyParts: ({ imageId }) => [imageId],
  // It is ordered with every heartbeat, which must not bring forward an attempt that waits after a failure.
  preservesRunAt: true,
});

/** Makes a derived picture that a request waits for. Analyses make the usual ones before they are requested. */
export const renderImageJob = defineJob({
  name: 'render_image',
  /** picture: absent in rows of versions that made all smaller pictures at once. */
  payload: z.object({ organizationId, imageId: z.uuid(), picture: derivedPicture.optional() }),
  slot: 'awaited',
  /** As INTERACTIVE analyses. */
  priority: -10,
  maxAttempts: 3,
  keyParts: ({ imageId, picture }) => (picture ? [imageId, derivedName(picture)] : [imageId]),
  // It is requested at every view, which must not bring forward an attempt that waits after a failure.
  preservesRunAt: true,
});

/** Makes a picture of a frame of a video that a request waits for: decodes that frame, which takes up to some seconds. */
export const renderVideoJob = defineJob({
  name: 'render_video',
  payload: z.object({ organizationId, videoId: z.uuid(), picture: videoPicture }),
  slot: 'probes',
  /** As pictures of images. */
  priority: -10,
  maxAttempts: 3,
  keyParts: ({ videoId, picture }) => [videoId, videoPictureName(picture)],
  preservesRunAt: true,
});

/** Cuts what corrections of one picture are about out of it, and stores it as pictures of items and as counter-examples. */
export const teachJob = defineJob({
  name: 'teach',
  payload: z.object({ organizationId, correctionIds: z.array(z.uuid()) }),
  slot: 'chores',
  enginePriority: -5,
});
