import type { Transaction } from 'kysely';
import { violates } from '../database/errors.ts';
import type { DB } from '../database/types.generated.ts';
import { appendEvents } from '../events/log.ts';
import { answerOnce, findEarlierAnswer } from '../idempotency/answer-once.ts';
import type { RequestKey } from '../idempotency/idempotency.repository.ts';
import { hashRequest } from '../idempotency/request-hash.ts';
import { newId } from '../ids.ts';
import { discardAll } from '../images/receiving/received.ts';
import type { ImageSource } from '../intake/image-source.ts';
import { identityOf } from '../intake/intake.ts';
import { storeReceived } from '../intake/store-received.ts';
import type { PayloadOf } from '../jobs/define-job.ts';
import { indexCatalogItemJob } from '../jobs/definitions.ts';
import { addJobs } from '../jobs/jobs.repository.ts';
import type { Resources } from '../resources.ts';
import { ConflictError, ValidationError } from '../user-error.ts';
import { type CatalogItemRow, findCatalogItems } from './catalog.repository.ts';
import { checkItemFields, type ItemFields } from './item-fields.ts';
import { insertCatalogItem } from './item-writes.repository.ts';
import { setPictures } from './pictures.repository.ts';
import { assertNoneRejected, type ReceivedPictures, receivePictures } from './received-pictures.ts';

export type CatalogResources = Pick<Resources, 'db' | 'blobs' | 'config' | 'hints' | 'logger'>;

/** More views than this make recognition slower and no better. */
export const maxReferenceImages = 50;

export interface NewItem extends ItemFields {
  name: string;
  thumbnail: ImageSource;
  referenceImages?: readonly ImageSource[] | null;
}

/**
 * Creates an item, which is INDEXING until a worker has embedded its pictures. The item, its pictures, its first event and the job
 * are stored in one transaction.
 * @param requestKey makes a repeated request return the item that the first one created; null: none.
 * @throws ValidationError, MediaError (for any of its pictures), ConflictError (the customId is taken), IdempotencyConflictError.
 */
export async function createCatalogItem(
  app: CatalogResources,
  organizationId: string,
  input: NewItem,
  requestKey: RequestKey | null,
): Promise<CatalogItemRow> {
  const { thumbnail, referenceImages, ...fields } = input;
  const references = referenceImages ?? [];
  // Received even if the fields are invalid: the pictures of a multipart request are already being sent and must be read.
  const pictures = await receivePictures(app, organizationId, { thumbnail, references });
  try {
    const issues = [...checkItemFields(fields), ...checkReferenceCount(references.length, 'referenceImages')];
    if (issues.length > 0) throw new ValidationError(issues);
    const request = requestKey && { ...requestKey, hash: hashItem(fields, [thumbnail, ...references], pictures) };
    const earlier = request && (await findEarlierAnswer<{ id: string }>(app.db, organizationId, request));
    if (earlier) return await getItem(app, organizationId, earlier.id);
    assertNoneRejected(pictures, 'referenceImages', 'ValidationError');
    const { answer } = await app.db
      .transaction()
      .execute((trx) =>
        answerOnce(trx, organizationId, request, async () => {
          const id = newId();
          await insertItem(trx, organizationId, { id, fields, pictures });
          return { id };
        }),
      )
      .catch((error: unknown) => {
        throw conflictOf(error, fields) ?? error;
      });
    app.hints.eventsWritten();
    return await getItem(app, organizationId, answer.id);
  } finally {
    await discardAll(pictures.all);
  }
}

function hashItem(fields: ItemFields, sources: readonly ImageSource[], { all }: ReceivedPictures): Buffer {
  return hashRequest({ ...fields, pictures: sources.map((source, index) => identityOf(source, all[index]!)) });
}

async function getItem(app: CatalogResources, organizationId: string, id: string): Promise<CatalogItemRow> {
  const [item] = await findCatalogItems(app.db, organizationId, [id]);
  if (!item) throw new Error(`Catalogue item ${id} is gone; items are archived, never removed.`);
  return item;
}

export function checkReferenceCount(count: number, field: string) {
  if (count <= maxReferenceImages) return [];
  return [
    {
      path: [field],
      message: `An item has at most ${maxReferenceImages} reference images; this change would make ${count}.`,
    },
  ];
}

async function insertItem(
  trx: Transaction<DB>,
  organizationId: string,
  item: { id: string; fields: ItemFields & { name: string }; pictures: ReceivedPictures },
): Promise<void> {
  const { id, fields, pictures } = item;
  const received = [pictures.thumbnail!, ...pictures.references];
  const targets = await storeReceived(
    trx,
    organizationId,
    received.map((one) => ({ received: one, inLibrary: false })),
  );
  const imageIds = [...new Set(targets.map(({ imageId }) => imageId))];
  await insertItemWithPictures(trx, organizationId, { id, fields, imageIds });
}

/** Makes an item of images that are stored, the thumbnail first, with its first event and the job that indexes it. */
export async function insertItemWithPictures(
  trx: Transaction<DB>,
  organizationId: string,
  { id, fields, imageIds }: { id: string; fields: ItemFields & { name: string }; imageIds: readonly string[] },
): Promise<void> {
  await insertCatalogItem(trx, organizationId, id, fields);
  await setPictures(trx, organizationId, id, imageIds);
  await appendEvents(trx, [
    { organizationId, kind: 'CATALOG_ITEM', entityId: id, state: { status: 'INDEXING', previousStatus: null } },
  ]);
  await addIndexingJob(trx, { organizationId, catalogItemId: id, revision: 1 });
}

/** Adds the job that embeds the pictures of an item at this revision. */
export function addIndexingJob(trx: Transaction<DB>, payload: PayloadOf<typeof indexCatalogItemJob>): Promise<void> {
  // In addition to the job of a missed item, which may wait for hours.
  return addJobs(trx, indexCatalogItemJob, [{ payload, isExtra: true }]);
}

/** The expected error that corresponds to an error of the database; null: none. */
export function conflictOf(error: unknown, fields: ItemFields): ConflictError | null {
  if (violates(error, 'catalog_item_custom_id'))
    return new ConflictError(
      `Another item has the customId "${fields.customId}". Change that item, or archive it first.`,
      { cause: error },
    );
  if (violates(error, 'catalog_image_organization_id_image_id_fkey'))
    return new ConflictError('One of the images was deleted in the meantime. Send it again.', {
      cause: error,
    });
  return null;
}
