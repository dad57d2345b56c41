import type { Transaction } from 'kysely';
import type { DB } from '../database/types.generated.ts';
import { inLogOrder, OutOfOrderError } from '../events/order.ts';
import type { GivenId } from '../given-id.ts';
import type { Resources } from '../resources.ts';
import { ConflictError, NotFoundError, ValidationError, type ValidationIssue } from '../user-error.ts';
import { findIssues } from '../validation/check.ts';
import { checkMetadata } from '../validation/metadata.ts';
import { mediaFieldsRule } from '../validation/rules.ts';
import { findImages, type ImageRow } from './images.repository.ts';
import { addIndexJobs } from './index-jobs.ts';
import { changeImage, type ImageFields } from './life.repository.ts';
import { type IndexingStatus, indexingOnRequest } from './life.ts';
import { lockImage } from './locks.repository.ts';

/** An absent field stays, null clears it. */
export interface ImageUpdate extends ImageFields {
  id: GivenId;
  /** true: it is made searchable. No other value is allowed. */
  index?: boolean | null;
}

/**
 * Changes the client's data of an image, and can make it searchable, in one event.
 * @throws ValidationError; NotFoundError; ConflictError if it cannot be made searchable.
 */
export async function updateImage(
  app: Pick<Resources, 'db' | 'hints'>,
  organizationId: string,
  { id: { text, uuid }, index, ...fields }: ImageUpdate,
): Promise<ImageRow> {
  const issues = checkUpdate(fields, index);
  if (issues.length > 0) throw new ValidationError(issues);
  if (uuid === null) throw new NotFoundError(text);
  await inLogOrder(app.db, (trx) => change(trx, organizationId, { text, uuid }, { fields, index: index === true }));
  app.hints.eventsWritten();
  const [image] = await findImages(app.db, organizationId, [uuid]);
  // Another request may delete it right after this one.
  if (!image) throw new NotFoundError(text);
  return image;
}

function checkUpdate(fields: ImageFields, index: boolean | null | undefined): ValidationIssue[] {
  const issues = [...findIssues(mediaFieldsRule, fields), ...checkMetadata(fields.metadata, ['metadata'])];
  // An embedding belongs to the bytes, which other images may share, so this can only be undone by deleting the image.
  if (index !== undefined && index !== true)
    issues.push({
      path: ['index'],
      message: `It is ${index}; expected true, or no index at all. An image stays searchable until it is deleted.`,
    });
  return issues;
}

async function change(
  trx: Transaction<DB>,
  organizationId: string,
  { text, uuid }: { text: string; uuid: string },
  { fields, index }: { fields: ImageFields; index: boolean },
): Promise<void> {
  const image = await lockImage(trx, organizationId, uuid);
  if (!image) throw new NotFoundError(text);
  if (image.written_later) throw new OutOfOrderError('image');
  const indexing = index ? indexingOf(image, text) : image.indexing_status;
  await changeImage(trx, organizationId, image, { fields, indexing });
  // An image whose bytes have not arrived gets its job when they do.
  if (indexing !== image.indexing_status && image.status === 'READY')
    await addIndexJobs(trx, organizationId, [uuid], 0);
}

/** Its new indexing status. */
function indexingOf(image: NonNullable<Awaited<ReturnType<typeof lockImage>>>, text: string): IndexingStatus {
  if (!image.in_library)
    throw new ConflictError(
      `The image ${text} was sent for a catalogue item only. Call uploadImages with it as the imageId, so that it is listed; then it can be made searchable.`,
    );
  const indexing = indexingOnRequest(image);
  if (indexing === null)
    throw new ConflictError(`The image ${text} cannot be made searchable. ${image.failure_message}`);
  return indexing;
}
