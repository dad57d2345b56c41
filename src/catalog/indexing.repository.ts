import { type Kysely, sql, type Transaction } from 'kysely';
import type { DB } from '../database/types.generated.ts';
import { appendEvents } from '../events/log.ts';
import { type Failure, failureColumns } from '../shared/failure.ts';
import { bumpCatalogRevision } from './catalog.repository.ts';
import { addWordsJob } from './words.repository.ts';

/** The revision of an item's pictures that a job is for. */
export interface IndexingJob {
  organizationId: string;
  catalogItemId: string;
  revision: number;
}

/**
 * The pictures to embed, the thumbnail first, with the keys of their bytes and the models that have already described them; none if
 * the pictures have changed since, or the item was archived or FAILED.
 */
export function getForIndexing(db: Kysely<DB>, { organizationId, catalogItemId, revision }: IndexingJob) {
  return db
    .selectFrom('catalog_image')
    .innerJoin('catalog_item', (join) =>
      join
        .onRef('catalog_item.organization_id', '=', 'catalog_image.organization_id')
        .onRef('catalog_item.id', '=', 'catalog_image.catalog_item_id'),
    )
    .innerJoin('image', (join) =>
      join
        .onRef('image.organization_id', '=', 'catalog_image.organization_id')
        .onRef('image.id', '=', 'catalog_image.image_id'),
    )
    .where('catalog_image.organization_id', '=', organizationId)
    .where('catalog_image.catalog_item_id', '=', catalogItemId)
    .where('catalog_item.revision', '=', revision)
    .where('catalog_item.status', 'in', ['INDEXING', 'ACTIVE'])
    .select([
      'catalog_image.image_id as imageId',
      'catalog_image.position',
      'image.status',
      'image.failure_code',
      'image.failure_message',
      'image.failure_retryable',
      sql<string | null>`encode(image.sha256, 'hex')`.as('sha256'),
      sql<string[]>`array(
        select e.model from catalog_embedding e
        where e.catalog_item_id = catalog_image.catalog_item_id and e.image_id = catalog_image.image_id
        union all
        select f.model from catalog_features f
        where f.catalog_item_id = catalog_image.catalog_item_id and f.image_id = catalog_image.image_id)`.as(
        'describedBy',
      ),
    ])
    .orderBy('catalog_image.position')
    .execute();
}

export interface IndexingOutcome extends IndexingJob {
  /** The failure of the thumbnail; null: the item is ACTIVE. */
  failure: Failure | null;
  embeddings: readonly {
    imageId: string;
    /** name@version */
    model: string;
    /** L2-normalised. */
    embedding: Float32Array;
  }[];
  /** Local features of its pictures, if a pipeline has a verifier. */
  features: readonly {
    imageId: string;
    /** name@version */
    model: string;
    /** As encoded by encodeViews. */
    features: Uint8Array;
  }[];
}

/**
 * Ends the indexing of an item: ACTIVE with its embeddings and features, or FAILED. An item that is already ACTIVE stays so, and
 * gets the results of a new model. Does nothing if its pictures have changed since (a newer job follows) or it was archived. After
 * the commit call `hints.eventsWritten()`.
 * @returns whether the outcome was stored.
 */
export async function finishItemIndexing(trx: Transaction<DB>, outcome: IndexingOutcome): Promise<boolean> {
  const { organizationId, catalogItemId, failure } = outcome;
  if (await isActive(trx, outcome)) return addDescriptions(trx, outcome);
  const status = failure === null ? 'ACTIVE' : 'FAILED';
  const ended = await trx
    .updateTable('catalog_item')
    .set({ status, ...failureColumns(failure), updated_at: sql`now()` })
    .where('organization_id', '=', organizationId)
    .where('id', '=', catalogItemId)
    .where('revision', '=', outcome.revision)
    .where('status', '=', 'INDEXING')
    .returning('id')
    .executeTakeFirst();
  if (!ended) return false;
  await insertEmbeddings(trx, outcome);
  await insertFeatures(trx, outcome);
  await bumpCatalogRevision(trx, organizationId);
  if (failure === null) await addWordsJob(trx, organizationId);
  await appendEvents(trx, [
    { organizationId, kind: 'CATALOG_ITEM', entityId: catalogItemId, state: { status, previousStatus: 'INDEXING' } },
  ]);
  return true;
}

/**
 * Stores what is new about an item that analyses look for already: by a new model, or of pictures that corrections taught, which
 * then count, so there is an event. @returns whether there was any.
 */
async function addDescriptions(trx: Transaction<DB>, outcome: IndexingOutcome): Promise<boolean> {
  const embeddings = await onlyNew(trx, 'catalog_embedding', outcome, outcome.embeddings);
  const features = await onlyNew(trx, 'catalog_features', outcome, outcome.features);
  if (embeddings.length + features.length === 0) return false;
  await insertEmbeddings(trx, { ...outcome, embeddings });
  await insertFeatures(trx, { ...outcome, features });
  await bumpCatalogRevision(trx, outcome.organizationId);
  const { organizationId, catalogItemId: entityId } = outcome;
  const described = [...embeddings, ...features].map(({ imageId }) => imageId);
  const state = { status: 'ACTIVE', previousStatus: 'ACTIVE' } as const;
  if (await areTaught(trx, outcome, described))
    await appendEvents(trx, [{ organizationId, kind: 'CATALOG_ITEM', entityId, state }]);
  return true;
}

/** Whether corrections taught one of these pictures of an item. */
async function areTaught(
  trx: Transaction<DB>,
  { organizationId, catalogItemId }: IndexingJob,
  imageIds: readonly string[],
): Promise<boolean> {
  const taught = await trx
    .selectFrom('catalog_image')
    .where('organization_id', '=', organizationId)
    .where('catalog_item_id', '=', catalogItemId)
    .where('image_id', '=', sql<string>`any(${[...imageIds]}::uuid[])`)
    .where('taught_at', 'is not', null)
    .select('image_id')
    .limit(1)
    .executeTakeFirst();
  return taught !== undefined;
}

/** Without those that the table already has. */
async function onlyNew<T extends { imageId: string; model: string }>(
  trx: Transaction<DB>,
  table: 'catalog_embedding' | 'catalog_features',
  { organizationId, catalogItemId }: IndexingJob,
  made: readonly T[],
): Promise<T[]> {
  const known = await trx
    .selectFrom(table)
    .select(['image_id', 'model'])
    .where('organization_id', '=', organizationId)
    .where('catalog_item_id', '=', catalogItemId)
    .execute();
  return made.filter(({ imageId, model }) => !known.some((each) => each.image_id === imageId && each.model === model));
}

/** Locks the item until the transaction ends. */
async function isActive(trx: Transaction<DB>, { organizationId, catalogItemId, revision }: IndexingJob) {
  const item = await trx
    .selectFrom('catalog_item')
    .select('status')
    .where('organization_id', '=', organizationId)
    .where('id', '=', catalogItemId)
    .where('revision', '=', revision)
    .forUpdate()
    .executeTakeFirst();
  return item?.status === 'ACTIVE';
}

async function insertEmbeddings(
  trx: Transaction<DB>,
  { organizationId, catalogItemId, embeddings }: IndexingOutcome,
): Promise<void> {
  if (embeddings.length === 0) return;
  await trx
    .insertInto('catalog_embedding')
    .values(
      embeddings.map(({ imageId, model, embedding }) => ({
        organization_id: organizationId,
        catalog_item_id: catalogItemId,
        image_id: imageId,
        model,
        embedding: Buffer.from(embedding.buffer, embedding.byteOffset, embedding.byteLength),
      })),
    )
    .onConflict((conflict) =>
      conflict
        .columns(['catalog_item_id', 'image_id', 'model'])
        .doUpdateSet({ embedding: sql.ref('excluded.embedding'), created_at: sql`now()` }),
    )
    .execute();
}

async function insertFeatures(
  trx: Transaction<DB>,
  { organizationId, catalogItemId, features: made }: IndexingOutcome,
): Promise<void> {
  if (made.length === 0) return;
  await trx
    .insertInto('catalog_features')
    .values(
      made.map(({ imageId, model, features }) => ({
        organization_id: organizationId,
        catalog_item_id: catalogItemId,
        image_id: imageId,
        model,
        features: Buffer.from(features.buffer, features.byteOffset, features.byteLength),
      })),
    )
    .onConflict((conflict) =>
      conflict
        .columns(['catalog_item_id', 'image_id', 'model'])
        .doUpdateSet({ features: sql.ref('excluded.features'), created_at: sql`now()` }),
    )
    .execute();
}
