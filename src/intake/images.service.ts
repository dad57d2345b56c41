import type { Transaction } from 'kysely';
import type { DB } from '../database/types.generated.ts';
import { inLogOrder } from '../events/order.ts';
import type { GivenId } from '../given-id.ts';
import { encodeId } from '../ids.ts';
import { removeBytes } from '../images/bytes/remove-bytes.ts';
import { findImages, type ImageRow } from '../images/images.repository.ts';
import type { ImageFields } from '../images/life.repository.ts';
import { discardAll, type Received } from '../images/receiving/received.ts';
import { findOverQuota } from '../images/receiving/storage-quota.ts';
import { deleteImage } from '../images/removal/delete-image.ts';
import { removeUnusedCrops } from '../images/removal/remove-crops.ts';
import type { Resources } from '../resources.ts';
import {
  ConflictError,
  type MediaError,
  NotFoundError,
  type QuotaExceededError,
  UserError,
  ValidationError,
} from '../user-error.ts';
import { findIssues } from '../validation/check.ts';
import { checkMetadata } from '../validation/metadata.ts';
import { mediaFieldsRule } from '../validation/rules.ts';
import type { ImageSource } from './image-source.ts';
import { receiveImages } from './intake.ts';
import { type ReceivedImage, storeReceived } from './store-received.ts';

type ImageResources = Pick<Resources, 'db' | 'blobs' | 'config' | 'hints' | 'logger'>;

export interface ImageInput extends ImageFields {
  source: ImageSource;
  /** true: it is made searchable. */
  index?: boolean;
}

type UploadError = MediaError | ValidationError | NotFoundError | QuotaExceededError;
export type UploadOutcome = ImageRow | UploadError;

/**
 * Stores pictures as images, each independently: the outcomes are in the order of the inputs, and one that cannot be used does not
 * affect the others. An existing image does not change.
 */
export async function uploadImages(
  app: ImageResources,
  organizationId: string,
  inputs: readonly ImageInput[],
): Promise<UploadOutcome[]> {
  const received = await receiveImages(
    app,
    organizationId,
    inputs.map(({ source }) => source),
  );
  try {
    const checked = inputs.map((input, index) => candidate(input, index, received[index]!));
    const { candidates, ids } = await app.db.transaction().execute((trx) => storeFitting(trx, organizationId, checked));
    app.hints.eventsWritten();
    const rows = new Map((await findImages(app.db, organizationId, ids)).map((row) => [row.id, row]));
    const left = ids.values();
    return candidates.map((one) => (one instanceof UserError ? one : imageOf(rows, left.next().value!)));
  } finally {
    // Kept bytes are not discarded; the rest was rejected, or is everything if this fails.
    await discardAll(received);
  }
}

/** What to store for one input, or what is wrong with it. */
function candidate(input: ImageInput, index: number, received: Received): ReceivedImage | UploadError {
  const at = ['images', String(index)];
  const issues = [...findIssues(mediaFieldsRule, input, at), ...checkMetadata(input.metadata, [...at, 'metadata'])];
  if (issues.length > 0) return new ValidationError(issues);
  if (received.kind === 'rejected') return received.error;
  return { ...input, received };
}

/** Stores what fits into the plan's storage. @returns the candidates that fit, and their ids. */
async function storeFitting(
  trx: Transaction<DB>,
  organizationId: string,
  checked: readonly (ReceivedImage | UploadError)[],
): Promise<{ candidates: (ReceivedImage | UploadError)[]; ids: string[] }> {
  const accepted = checked.flatMap((one) => (one instanceof UserError ? [] : [one]));
  const overQuota = await findOverQuota(
    trx,
    organizationId,
    accepted.map(({ received }) => received),
  );
  const outcomes = overQuota.values();
  const candidates = checked.map((one) => (one instanceof UserError ? one : (outcomes.next().value ?? one)));
  const fitting = candidates.flatMap((one) => (one instanceof UserError ? [] : [one]));
  const targets = await storeReceived(trx, organizationId, fitting);
  return { candidates, ids: targets.map(({ imageId }) => imageId) };
}

function imageOf(rows: ReadonlyMap<string, ImageRow>, id: string): ImageRow | NotFoundError {
  // Another request may delete an image right after this one has stored or found it.
  return rows.get(id) ?? new NotFoundError(encodeId('image', id));
}

export interface DeletedImage {
  id: string;
  /** Analyses that keep their results without the picture. */
  analysesKept: number;
}

export type DeletionOutcome = DeletedImage | NotFoundError | ConflictError;

/**
 * Deletes images with their bytes, renditions and embeddings, and what corrections taught from them, each independently, in the
 * order of the ids.
 */
export async function deleteImages(
  app: ImageResources,
  organizationId: string,
  ids: readonly GivenId[],
): Promise<DeletionOutcome[]> {
  const results: DeletionOutcome[] = [];
  for (const id of ids) results.push(await deleteOne(app, organizationId, id));
  await removeUnusedCrops(app, organizationId);
  app.hints.eventsWritten();
  // Workers may be processing them.
  app.hints.jobsCanceled();
  return results;
}

async function deleteOne(
  app: ImageResources,
  organizationId: string,
  { text, uuid }: GivenId,
): Promise<DeletionOutcome> {
  if (uuid === null) return new NotFoundError(text);
  const deletion = await inLogOrder(app.db, (trx) => deleteImage(trx, organizationId, uuid));
  if (deletion === 'missing') return new NotFoundError(text);
  if (deletion === 'catalogue picture')
    return new ConflictError(
      `The image ${text} belongs to a catalogue item. Remove it from the item first (updateCatalogItem).`,
    );
  if (deletion.sha256 !== null) await removeBytes(app, organizationId, [deletion.sha256]);
  return { id: uuid, analysesKept: deletion.analysesKept };
}
