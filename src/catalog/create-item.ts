import type { Transaction } from 'kysely';
import { violates } from '../database/errors.ts';
import type { DB } from '../database/types.generated.ts';
import { appendEvents } from '../events/log.ts';
import { newId } from '../ids.ts';
import { discardAll, type ImageSource } from '../images/intake.ts';
import { storeReceived } from '../images/store-received.ts';
import type { PayloadOf } from '../jobs/define-job.ts';
import { indexCatalogItemJob } from '../jobs/definitions.ts';
import { addJobs } from '../jobs/jobs.repository.ts';
import type { Resources } from '../resources.ts';
import { ConflictError, ValidationError } from '../user-error.ts';
import { type CatalogItemRow, findCatalogItems } from './catalog.repository.ts';
import { checkItemFields, type ItemFields } from './item-fields.ts';
import { insertCatalogItem } from './item-writes.repository.ts';
import { setPictures } from './pictures.repository.ts';
import { type ReceivedPictures, receivePictures, refusePictures } from './received-pictures.ts';

export type CatalogResources = Pick<Resources, 'db' | 'blobs' | 'config' | 'hints' | 'logger'>;

/** More views than this make recognition slower and no better. */
export const maxReferenceImages = 50;

export interface NewItem extends ItemFields {
  name: string;
  thumbnail: ImageSource;
  referenceImages?: readonly ImageSource[] | null;
}

/**
 * Makes an item, INDEXING until a worker has embedded its pictures. The item, its pictures, its first event and the job
 * are one transaction.
 * @throws ValidationError, MediaError (for any of its pictures), ConflictError (the customId is taken).
 */
export async function createCatalogItem(
  app: CatalogResources,
  organizationId: string,
  input: NewItem,
): Promise<CatalogItemRow> {
  const { thumbnail, referenceImages, ...fields } = input;
  const references = referenceImages ?? [];
  // Received even when the fields are refused: the pictures of a multipart request are on the wire and must be read.
  const pictures = await receivePictures(app, organizationId, { thumbnail, references });
  try {
    const issues = [...checkItemFields(fields), ...checkReferenceCount(references.length, 'referenceImages')];
    if (issues.length > 0) throw new ValidationError(issues);
    refusePictures(pictures, 'referenceImages', 'ValidationError');
    const id = newId();
    await app.db
      .transaction()
      .execute((trx) => insertItem(trx, organizationId, { id, fields, pictures }))
      .catch((error: unknown) => {
        throw conflictOf(error, fields) ?? error;
      });
    app.hints.eventsWritten();
    const [item] = await findCatalogItems(app.db, organizationId, [id]);
    return item!;
  } finally {
    await discardAll(pictures.all);
  }
}

export function checkReferenceCount(count: number, field: string) {
  if (count <= maxReferenceImages) return [];
  return [
    { path: [field], message: `An item has at most ${maxReferenceImages} reference images; this makes ${count}.` },
  ];
}

async function insertItem(
  trx: Transaction<DB>,
  organizationId: string,
  item: { id: string; fields: ItemFields & { name: string }; pictures: ReceivedPictures },
): Promise<void> {
  const { id, fields, pictures } = item;
  const received = [pictures.thumbnail!, ...pictures.references];
  const places = await storeReceived(
    trx,
    organizationId,
    received.map((one) => ({ received: one, inLibrary: false })),
  );
  await insertCatalogItem(trx, organizationId, id, fields);
  await setPictures(trx, organizationId, id, [...new Set(places.map(({ imageId }) => imageId))]);
  await appendEvents(trx, [
    { organizationId, kind: 'CATALOG_ITEM', entityId: id, state: { status: 'INDEXING', previousStatus: null } },
  ]);
  await addIndexingJob(trx, { organizationId, catalogItemId: id, revision: 1 });
}

/** Asks a worker to embed the pictures that an item has at this revision. */
export function addIndexingJob(trx: Transaction<DB>, payload: PayloadOf<typeof indexCatalogItemJob>): Promise<void> {
  // Beside the one of an item that was missed, which may wait for hours.
  return addJobs(trx, indexCatalogItemJob, [{ payload, isExtra: true }]);
}

/** The expected failure that a refusal of the database means; null: none. */
export function conflictOf(error: unknown, fields: ItemFields): ConflictError | null {
  if (violates(error, 'catalog_item_custom_id'))
    return new ConflictError(
      `Another item has the customId "${fields.customId}". Update that one, or archive it before.`,
      { cause: error },
    );
  if (violates(error, 'catalog_image_organization_id_image_id_fkey'))
    return new ConflictError('An image among the pictures was deleted meanwhile. Send the picture again.', {
      cause: error,
    });
  return null;
}
