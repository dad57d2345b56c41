import { type Kysely, sql, type Transaction } from 'kysely';
import type { DB } from '../database/types.generated.ts';
import { endIndexing } from '../images/life.repository.ts';
import { lockForIndexing } from '../images/locks.repository.ts';
import type { Failure } from '../shared/failure.ts';
import { type Described, type Description, isLasting, storeDescriptions } from './descriptions.repository.ts';

/** An image that is to be made searchable. */
export interface Unindexed {
  imageId: string;
  /** Lower-case hex. */
  sha256: string;
  /** An analysis of it has not ended: it describes the picture as well. */
  isAnalyzed: boolean;
}

/** Those of the images that are not searchable with this model yet; deleted ones, and ones nobody asked for, are left out. */
export async function listUnindexed(
  db: Kysely<DB>,
  organizationId: string,
  imageIds: readonly string[],
  model: string,
): Promise<Unindexed[]> {
  const { rows } = await sql<Unindexed>`
    select image.id as "imageId", encode(image.sha256, 'hex') as sha256, exists (
      select from analysis where analysis.organization_id = image.organization_id and analysis.image_id = image.id
        and analysis.status in ('AWAITING_UPLOAD', 'QUEUED', 'RUNNING')) as "isAnalyzed"
    from image
    where image.organization_id = ${organizationId} and image.id = any(${[...imageIds]}::uuid[])
      and image.status = 'READY' and image.indexing_status <> 'NOT_INDEXED'
      and (image.indexing_status = 'INDEXING' or not exists (
        select from blob_embedding e
        where e.organization_id = image.organization_id and e.sha256 = image.sha256 and e.model = ${model}))
    order by image.id`.execute(db);
  return rows;
}

/** What became of an image that was to be made searchable. */
export interface IndexedImage extends Description {
  imageId: string;
}

/**
 * Ends the indexing of images: INDEXED with what their embedder made of them, or FAILED. Those that are not READY any more
 * are left out, and so are those that somebody else holds right now, who deletes them or describes them himself: waiting
 * for them here could end in a circle. Whatever is left out and INDEXING is found again by its job.
 * After the commit call `hints.eventsWritten()`.
 *
 * @returns the ids of those that were not left out.
 */
export async function finishImageIndexing(trx: Transaction<DB>, outcomes: readonly IndexedImage[]): Promise<string[]> {
  if (outcomes.length === 0) return [];
  // Two analyses of one image may end together.
  const images = [...new Map(outcomes.map((image) => [image.imageId, image])).values()];
  const statuses = await lockForIndexing(
    trx,
    images.map(({ imageId }) => imageId),
  );
  const held = images.filter(({ imageId }) => statuses.has(imageId));
  await storeDescriptions(
    trx,
    held.filter(({ described }) => isLasting(described)),
  );
  // One that was searchable with another model stays so.
  const ended = held.filter(({ imageId }) => statuses.get(imageId) !== 'INDEXED');
  await endIndexing(
    trx,
    ended.map(({ organizationId, imageId, described }) => ({ organizationId, imageId, failure: failureOf(described) })),
  );
  return held.map(({ imageId }) => imageId);
}

function failureOf(described: Described): Failure | null {
  return 'failure' in described ? described.failure : null;
}
