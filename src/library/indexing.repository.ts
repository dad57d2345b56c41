import { type Kysely, sql, type Transaction } from 'kysely';
import type { DB } from '../database/types.generated.ts';
import { endIndexing } from '../images/life.repository.ts';
import { lockForIndexing } from '../images/locks.repository.ts';
import type { Failure } from '../shared/failure.ts';
import { type Described, type Description, isLasting, storeDescriptions } from './descriptions.repository.ts';

/** An image to be made searchable. */
export interface Unindexed {
  imageId: string;
  /** Lower-case hex. */
  sha256: string;
  /** An analysis of it has not ended, and will describe the picture as well. */
  isAnalyzed: boolean;
}

/** Those of the images that are not searchable with this model yet, without deleted ones and those that should not be indexed. */
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

/** The outcome for an image that was to be made searchable. */
export interface IndexedImage extends Description {
  imageId: string;
}

/**
 * Ends the indexing of images: INDEXED with the result of their embedder, or FAILED. Images that are no longer READY are skipped,
 * and so are those that another transaction has locked, which deletes or describes them: waiting for them here could cause a
 * deadlock. Skipped images that are INDEXING are found again by their job. After the commit call `hints.eventsWritten()`.
 * @returns the ids of those that were not skipped.
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
  // An image that was searchable with another model stays so.
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
