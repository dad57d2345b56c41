import type { Kysely, Transaction } from 'kysely';
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
import { deleteVideo } from '../videos/delete-video.ts';
import {
  dropExpiredCrops,
  listCleaned,
  listExpiredImages,
  listExpiredVideos,
  listUnusedBlobs,
  type Retention,
  removeExpiredAnalyses,
  removeExpiredVideoAnalyses,
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
  const errors = await cleanOrganizations(resources, cleaned, stop);
  await dropExpiredCrops(resources.db);
  for (const organizationId of await listWithUnusedCrops(resources.db))
    cleaned.crops += await removeUnusedCrops(resources, organizationId);
  if (!stop.aborted) cleaned.blobs = await cleanBlobs(resources);
  for (const organizationId of await listUnfolded(resources.db))
    await resources.db.transaction().execute((trx) => foldStoredBytes(trx, organizationId));
  cleaned.incoming = await cleanIncoming(resources, stop);
  if (errors.length > 0) throw errors[0];
  return cleaned;
}

type Organization = Retention & { organizationId: string };

/**
 * Round by round, a step of each organisation: neither one that has much to remove nor one that fails holds back the others.
 * @returns errors; an organisation with one is left for another time
 */
async function cleanOrganizations(resources: CleaningResources, cleaned: Cleaned, stop: AbortSignal) {
  const errors: unknown[] = [];
  let left = await listCleaned(resources.db);
  while (left.length > 0) {
    const unfinished: Organization[] = [];
    for (const organization of left) {
      if (stop.aborted) return errors;
      try {
        if (!(await cleanStep(resources, organization, cleaned, stop))) unfinished.push(organization);
      } catch (error) {
        errors.push(error);
      }
    }
    left = unfinished;
  }
  return errors;
}

/** @returns whether nothing is left to remove: no kind had a full step */
async function cleanStep(
  resources: CleaningResources,
  organization: Organization,
  cleaned: Cleaned,
  stop: AbortSignal,
): Promise<boolean> {
  const analyses = await cleanAnalyses(resources, organization);
  cleaned.analyses += analyses;
  const images = await cleanImages(resources, organization, stop);
  cleaned.images += images;
  const videoAnalyses = await cleanVideoAnalyses(resources, organization);
  cleaned.videoAnalyses += videoAnalyses;
  const videos = await cleanVideos(resources, organization, stop);
  cleaned.videos += videos;
  const events = await cleanEvents(resources, organization);
  cleaned.events += events;
  return (
    Math.max(analyses, videoAnalyses) < analysesAtOnce &&
    Math.max(images, videos) < imagesAtOnce &&
    events < eventsAtOnce
  );
}

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
  resources: CleaningResources,
  { organizationId, imageDays }: Organization,
  stop: AbortSignal,
) {
  if (imageDays === null) return 0;
  const ids = await listExpiredImages(resources.db, organizationId, imageDays, imagesAtOnce);
  const remove = async (trx: Transaction<DB>, id: string) => {
    const deletion = await deleteImage(trx, organizationId, id);
    return typeof deletion === 'string' ? null : deletion;
  };
  return removeEach(resources, organizationId, { ids, remove }, stop);
}

async function cleanVideoAnalyses(resources: CleaningResources, { organizationId, analysisDays }: Organization) {
  if (analysisDays === null) return 0;
  const removed = await removeExpiredVideoAnalyses(resources.db, organizationId, analysisDays, analysesAtOnce);
  await removePictures(resources, organizationId, removed);
  return removed.length;
}

/** Videos are kept as long as images. */
async function cleanVideos(
  resources: CleaningResources,
  { organizationId, imageDays }: Organization,
  stop: AbortSignal,
) {
  if (imageDays === null) return 0;
  const ids = await listExpiredVideos(resources.db, organizationId, imageDays, imagesAtOnce);
  const remove = (trx: Transaction<DB>, id: string) => deleteVideo(trx, organizationId, id);
  return removeEach(resources, organizationId, { ids, remove }, stop);
}

interface Removal {
  ids: readonly string[];
  /** null: it stays for now. */
  remove(trx: Transaction<DB>, id: string): Promise<{ sha256: string | null } | null>;
}

/** One after the other, each with its bytes where nothing else uses them. @returns how many */
async function removeEach(
  { db, blobs }: CleaningResources,
  organizationId: string,
  { ids, remove }: Removal,
  stop: AbortSignal,
): Promise<number> {
  let removed = 0;
  for (const id of ids) {
    if (stop.aborted) break;
    const deletion = await inLogOrder(db, (trx) => remove(trx, id));
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

/** There are some only after crashes. All bytes are looked at in some hours, a part of them each time. */
const blobScanMs = 5_000;
const unusedAtOnce = 1_000;

async function cleanBlobs({ db, blobs }: CleaningResources): Promise<number> {
  const unused = await listUnusedBlobs(db, { most: unusedAtOnce, stop: AbortSignal.timeout(blobScanMs) });
  for (const { organizationId, sha256 } of unused) await removeUnusedBlobs(db, blobs, organizationId, [sha256]);
  return unused.length;
}
