import type { Transaction } from 'kysely';
import type { DB } from '../database/types.generated.ts';
import { appendEvents } from '../events/log.ts';
import { type GivenId, uuidsOf } from '../given-id.ts';
import { removeBytes } from '../images/bytes/remove-bytes.ts';
import { discardAll } from '../images/receiving/received.ts';
import { removeUnlistedImages } from '../images/removal/remove-unlisted.ts';
import type { ImageSource } from '../intake/image-source.ts';
import { storeReceived } from '../intake/store-received.ts';
import { ConflictError, NotFoundError, ValidationError } from '../user-error.ts';
import { bumpCatalogRevision, type CatalogItemRow, findCatalogItems, lockCatalogItem } from './catalog.repository.ts';
import { addIndexingJob, type CatalogResources, checkReferenceCount, conflictOf } from './create-item.ts';
import { checkItemFields, type ItemFields } from './item-fields.ts';
import { startIndexing, updateCatalogItemFields } from './item-writes.repository.ts';
import { findPictures, removeTaughtPictures, setPictures } from './pictures.repository.ts';
import { assertNoneRejected, type ReceivedPictures, receivePictures } from './received-pictures.ts';

/** An absent field stays, null clears it; an item always has a name and a thumbnail. */
export interface ItemUpdate extends ItemFields {
  id: GivenId;
  thumbnail?: ImageSource | null;
  addReferenceImages?: readonly ImageSource[] | null;
  removeReferenceImages?: readonly GivenId[] | null;
}

interface PictureChange {
  pictures: ReceivedPictures;
  remove: readonly GivenId[];
}

/**
 * Changes an item. New or removed pictures make it INDEXING again; other changes do not touch its recognition.
 * @throws ValidationError, MediaError, NotFoundError, ConflictError (the item is archived and more than its pictures is changed, or
 *   the customId is taken).
 */
export async function updateCatalogItem(
  app: CatalogResources,
  organizationId: string,
  input: ItemUpdate,
): Promise<CatalogItemRow> {
  const { id, thumbnail, addReferenceImages, removeReferenceImages, ...fields } = input;
  const pictures = await receivePictures(app, organizationId, { thumbnail, references: addReferenceImages ?? [] });
  try {
    const issues = checkItemFields(fields);
    if (thumbnail === null) issues.push({ path: ['thumbnail'], message: 'It is null; an item must have a thumbnail.' });
    if (issues.length > 0) throw new ValidationError(issues);
    assertNoneRejected(pictures, 'addReferenceImages', 'NotFoundError');
    if (id.uuid === null) throw new NotFoundError(id.text);
    const uuid = id.uuid;
    const change = { pictures, remove: removeReferenceImages ?? [] };
    const unused = await app.db
      .transaction()
      .execute((trx) => applyUpdate(trx, organizationId, { id: { ...id, uuid }, fields, change }))
      .catch((error: unknown) => {
        throw conflictOf(error, fields) ?? error;
      });
    app.hints.eventsWritten();
    await removeBytes(app, organizationId, unused);
    const [item] = await findCatalogItems(app.db, organizationId, [uuid]);
    return item!;
  } finally {
    await discardAll(pictures.all);
  }
}

/** @returns hashes of pictures that the item no longer has, and that may be unused now. */
async function applyUpdate(
  trx: Transaction<DB>,
  organizationId: string,
  { id, fields, change }: { id: { text: string; uuid: string }; fields: ItemFields; change: PictureChange },
): Promise<string[]> {
  const before = await lockCatalogItem(trx, organizationId, id.uuid);
  if (!before) throw new NotFoundError(id.text);
  const isArchived = before.status === 'ARCHIVED';
  if (isArchived && !onlyGivesUpPictures(fields, change))
    throw new ConflictError(
      `The item ${id.text} is archived: only its thumbnail can be replaced and reference images removed. Create a new item.`,
    );
  await updateCatalogItemFields(trx, organizationId, id.uuid, fields);
  const changed = change.pictures.all.length > 0 || change.remove.length > 0;
  // The tags of an item decide which analyses look for it (restrictToTags), and its words take part in naming.
  if ((fields.tags !== undefined || fields.words !== undefined) && !changed)
    await bumpCatalogRevision(trx, organizationId);
  const unused = changed ? await changePictures(trx, organizationId, id.uuid, change) : [];
  if (changed && !isArchived) await indexAnew(trx, organizationId, id.uuid);
  const status = changed && !isArchived ? 'INDEXING' : before.status;
  await appendEvents(trx, [
    { organizationId, kind: 'CATALOG_ITEM', entityId: id.uuid, state: { status, previousStatus: before.status } },
  ]);
  return unused;
}

async function changePictures(
  trx: Transaction<DB>,
  organizationId: string,
  itemId: string,
  { pictures, remove }: PictureChange,
): Promise<string[]> {
  const [oldThumbnail, ...oldReferences] = await findPictures(trx, organizationId, itemId);
  const taught = await removeTaughtPictures(trx, organizationId, itemId, uuidsOf(remove));
  for (const { text, uuid } of remove)
    if (uuid === null || ![...oldReferences, ...taught].includes(uuid)) throw new NotFoundError(text);
  const removed = new Set(remove.map(({ uuid }) => uuid));
  const store = async (received: ReceivedPictures['all']) => {
    const images = received.map((one) => ({ received: one, inLibrary: false }));
    return (await storeReceived(trx, organizationId, images)).map(({ imageId }) => imageId);
  };
  const [thumbnail] = pictures.thumbnail ? await store([pictures.thumbnail]) : [oldThumbnail];
  const references = [...oldReferences.filter((id) => !removed.has(id)), ...(await store(pictures.references))];
  const after = [...new Set([thumbnail!, ...references])];
  const issues = checkReferenceCount(after.length - 1, 'addReferenceImages');
  if (issues.length > 0) throw new ValidationError(issues);
  await setPictures(trx, organizationId, itemId, after);
  const gone = [oldThumbnail!, ...oldReferences, ...taught].filter((id) => !after.includes(id));
  return removeUnlistedImages(trx, organizationId, gone);
}

/** So that the picture of an archived item can be deleted like any other. */
function onlyGivesUpPictures(fields: ItemFields, { pictures, remove }: PictureChange): boolean {
  const saysMore = Object.values(fields).some((value) => value !== undefined) || pictures.references.length > 0;
  return !saysMore && (pictures.thumbnail !== null || remove.length > 0);
}

/** Its pictures changed: analyses do not look for it until they are indexed. */
export async function indexAnew(trx: Transaction<DB>, organizationId: string, itemId: string): Promise<void> {
  const revision = await startIndexing(trx, organizationId, itemId);
  // Analyses looked for it, and do not until it is indexed again.
  await bumpCatalogRevision(trx, organizationId);
  await addIndexingJob(trx, { organizationId, catalogItemId: itemId, revision });
}
