import type { Kysely } from 'kysely';
import { removePictures } from '../analyses/remove-pictures.ts';
import type { DB } from '../database/types.generated.ts';
import { pruneOrganizationEvents } from '../events/log.ts';
import { inLogOrder } from '../events/order.ts';
import { removeUnusedBlobs } from '../images/bytes/blobs.repository.ts';
import { foldStoredBytes, listUnfolded } from '../images/bytes/stored-bytes.repository.ts';
import { listWithUnusedCrops } from '../images/removal/crops.repository.ts';
import { deleteImage } from '../images/removal/delete-image.ts';
import { removeUnusedCrops } from '../images/removal/remove-crops.ts';
import type { Logger } from '../log.ts';
import type { BlobStore } from '../storage/blob-store.ts';
import { removeExpiredVideoAnalyses } from '../video-analyses/removal.repository.ts';
import { deleteVideo } from '../videos/delete-video.ts';
import { listExpiredVideos } from '../videos/videos.repository.ts';
import {
  dropExpiredCrops,
  listCleaned,
  listExpiredImages,
  listUnusedBlobs,
  type Retention,
  removeExpiredAnalyses,
  sampleOrganizations,
} from './retention.repository.ts';

/** Per transaction: tens of milliseconds, with results and memberships. */
const analysesAtOnce = 500;
const imagesAtOnce = 200;
const eventsAtOnce = 5_000;
/** No upload takes a day. */
const incomingMs = 86_400_000;
/** Each is a request to the bucket. If there are more organisations, each gets its turn within some hours. */
const sweptAtOnce = 500;

interface CleaningResources {
  db: Kysely<DB>;
  blobs: BlobStore;
  logger: Logger;
}

export interface Cleaned {
  analyses: number;
  images: number;
  videos: number;
  videoAnalyses: number;
  events: number;
  /** Crops that corrections taught, and that teach nothing any more. */
  crops: number;
  /** Unused blobs that a crash had left. */
  blobs: number;
  /** Incoming bytes that a killed process had left. */
  incoming: number;
}

/**
 * Removes data whose retention period has ended: analyses with their results, images with bytes, renditions and embeddings, what
 * corrections of them taught, and events. It works in small steps, so that it blocks no one, and until `stop` fires: the rest is done another time.
 */
export async function cleanRetention(resources: CleaningResources, stop: AbortSignal): Promise<Cleaned> {
  const cleaned: Cleaned = {
    analyses: 0,
    images: 0,
    videos: 0,
    videoAnalyses: 0,
    events: 0,
    crops: 0,
    blobs: 0,
    incoming: 0,
  };
  for (const organization of await listCleaned(resources.db)) {
    cleaned.analyses += await repeat(stop, analysesAtOnce, () => cleanAnalyses(resources, organization));
    cleaned.images += await repeat(stop, imagesAtOnce, () => cleanImages(resources, organization, stop));
    cleaned.videoAnalyses += await repeat(stop, analysesAtOnce, () => cleanVideoAnalyses(resources, organization));
    cleaned.videos += await repeat(stop, imagesAtOnce, () => cleanVideos(resources, organization, stop));
    cleaned.events += await repeat(stop, eventsAtOnce, () => cleanEvents(resources, organization));
  }
  await dropExpiredCrops(resources.db);
  for (const organizationId of await listWithUnusedCrops(resources.db))
    cleaned.crops += await removeUnusedCrops(resources, organizationId);
  if (!stop.aborted) cleaned.blobs = await cleanBlobs(resources);
  for (const organizationId of await listUnfolded(resources.db))
    await resources.db.transaction().execute((trx) => foldStoredBytes(trx, organizationId));
  cleaned.incoming = await cleanIncoming(resources, stop);
  return cleaned;
}

/** Until a step finds less than a full one. */
async function repeat(stop: AbortSignal, full: number, step: () => Promise<number>): Promise<number> {
  let total = 0;
  for (let removed = full; removed >= full && !stop.aborted; total += removed) removed = await step();
  return total;
}

type Organization = Retention & { organizationId: string };

async function cleanAnalyses(
  resources: CleaningResources,
  { organizationId, analysisDays }: Organization,
): Promise<number> {
  if (analysisDays === null) return 0;
  const removed = await resources.db
    .transaction()
    .execute((trx) => removeExpiredAnalyses(trx, organizationId, analysisDays, analysesAtOnce));
  await removePictures(resources, organizationId, removed);
  return removed.length;
}

async function cleanImages(
  { db, blobs }: CleaningResources,
  { organizationId, imageDays }: Organization,
  stop: AbortSignal,
): Promise<number> {
  if (imageDays === null) return 0;
  let removed = 0;
  for (const id of await listExpiredImages(db, organizationId, imageDays, imagesAtOnce)) {
    if (stop.aborted) break;
    const deletion = await inLogOrder(db, (trx) => deleteImage(trx, organizationId, id));
    if (typeof deletion === 'string') continue;
    if (deletion.sha256 !== null) await removeUnusedBlobs(db, blobs, organizationId, [deletion.sha256]);
    removed += 1;
  }
  return removed;
}

async function cleanVideoAnalyses({ db }: CleaningResources, { organizationId, analysisDays }: Organization) {
  return analysisDays === null ? 0 : removeExpiredVideoAnalyses(db, organizationId, analysisDays, analysesAtOnce);
}

/** Videos are kept as long as images. */
async function cleanVideos(
  { db, blobs }: CleaningResources,
  { organizationId, imageDays }: Organization,
  stop: AbortSignal,
): Promise<number> {
  if (imageDays === null) return 0;
  let removed = 0;
  for (const id of await listExpiredVideos(db, organizationId, imageDays, imagesAtOnce)) {
    if (stop.aborted) break;
    const deletion = await inLogOrder(db, (trx) => deleteVideo(trx, organizationId, id));
    if (deletion === null) continue;
    if (deletion.sha256 !== null) await removeUnusedBlobs(db, blobs, organizationId, [deletion.sha256]);
    removed += 1;
  }
  return removed;
}

async function cleanEvents({ db }: CleaningResources, { organizationId, eventDays }: Organization): Promise<number> {
  return eventDays === null ? 0 : pruneOrganizationEvents(db, organizationId, eventDays, eventsAtOnce);
}

async function cleanIncoming({ db, blobs }: CleaningResources, stop: AbortSignal): Promise<number> {
  let removed = 0;
  for (const organizationId of await sampleOrganizations(db, sweptAtOnce)) {
    if (stop.aborted) break;
    removed += await blobs.sweepIncoming(organizationId, incomingMs);
  }
  return removed;
}

/** Few, because there are some only after crashes. */
async function cleanBlobs({ db, blobs }: CleaningResources): Promise<number> {
  const unused = await listUnusedBlobs(db, 1_000);
  for (const { organizationId, sha256 } of unused) await removeUnusedBlobs(db, blobs, organizationId, [sha256]);
  return unused.length;
}
