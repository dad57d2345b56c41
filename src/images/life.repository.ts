import { sql, type Transaction } from 'kysely';
import type { DB } from '../database/types.generated.ts';
import type { NewEvent } from '../events/event.ts';
import { appendEvents } from '../events/log.ts';
import { OutOfOrderError } from '../events/order.ts';
import { type Failure, failureColumns } from '../shared/failure.ts';
import { firstIndexing, type ImageStatus, type IndexingStatus, indexingAfter, mayMove } from './life.ts';

export interface ImageInsert {
  id: string;
  status: ImageStatus;
  /** Lower-case hex, of a blob that is stored; null unless READY. */
  sha256: string | null;
  failure: Failure | null;
  /** The source, if it is fetched. */
  sourceUrl: string | null;
  filename: string | null;
  externalId: string | null;
  placeId: string | null;
  metadata: Record<string, unknown>;
  recordedAt: Date | null;
  /** false: only a picture of a catalogue item, for which there are no events. */
  inLibrary: boolean;
  /** true: it should be made searchable. */
  index: boolean;
}

/** Inserts images with their first events. */
export async function insertImages(
  trx: Transaction<DB>,
  organizationId: string,
  images: readonly ImageInsert[],
): Promise<void> {
  if (images.length === 0) return;
  const rows = images.map((image) => ({
    id: image.id,
    organization_id: organizationId,
    status: image.status,
    ...failureColumns(image.failure),
    sha256: image.sha256 === null ? null : Buffer.from(image.sha256, 'hex'),
    source_url: image.sourceUrl,
    filename: image.filename,
    external_id: image.externalId,
    place_id: image.placeId,
    metadata: JSON.stringify(image.metadata),
    recorded_at: image.recordedAt,
    in_library: image.inLibrary,
    indexing_status: firstIndexing(image.status, image.index),
  }));
  await trx.insertInto('image').values(rows).execute();
  await appendImageEvents(trx, organizationId, rows);
}

/** The current state of a locked image. */
export interface LockedImage {
  id: string;
  status: ImageStatus;
  indexing_status: IndexingStatus;
  in_library: boolean;
  /** Written by a transaction that comes after this one in the event log. */
  written_later: boolean;
}

/** A requested change of status, with its data. */
export type ImageMove =
  | {
      to: 'READY';
      /** Lower-case hex; its blob must be stored. */
      sha256: string;
      /** From EXIF; the client's value takes precedence. */
      recordedAt: Date | null;
    }
  | { to: 'FAILED'; failure: Failure }
  | { to: 'AWAITING_UPLOAD' | 'FETCHING' };

/**
 * Makes the same move for all these locked images, with their events. A move that life.ts does not allow is skipped.
 * @throws OutOfOrderError, so call it in a transaction of `inLogOrder`.
 */
export async function moveImages(
  trx: Transaction<DB>,
  organizationId: string,
  images: readonly LockedImage[],
  move: ImageMove,
): Promise<void> {
  const moved = images.filter(({ status }) => mayMove(status, move.to));
  if (moved.length === 0) return;
  if (moved.some((image) => image.written_later)) throw new OutOfOrderError('image');
  const { to } = move;
  const rows = moved.map((image) => ({
    ...image,
    status: to,
    indexing_status: indexingAfter(to, image.indexing_status),
  }));
  const bytes = to === 'READY' ? move : { sha256: null, recordedAt: null };
  const failure = failureColumns(to === 'FAILED' ? move.failure : null);
  await sql`
    update image set status = ${to}, indexing_status = m.indexing_status,
      failure_code = ${failure.failure_code}, failure_message = ${failure.failure_message},
      failure_retryable = ${failure.failure_retryable}::boolean,
      sha256 = coalesce(decode(${bytes.sha256}, 'hex'), sha256),
      recorded_at = coalesce(recorded_at, ${bytes.recordedAt}::timestamptz)
    from json_to_recordset(${JSON.stringify(rows)}::json) as m(id uuid, indexing_status text)
    where image.organization_id = ${organizationId} and image.id = m.id`.execute(trx);
  await appendImageEvents(trx, organizationId, rows);
}

/** The data that a client attaches to an image. */
export interface ImageFields {
  externalId?: string | null;
  placeId?: string | null;
  recordedAt?: Date | null;
  /** null: {}. */
  metadata?: Record<string, unknown> | null;
}

/**
 * Changes the client's data of a locked image, with an event: an absent field stays, null clears it.
 * @param indexing its new indexing status. INDEXING clears the failure of the last attempt; the caller adds the job.
 */
export async function changeImage(
  trx: Transaction<DB>,
  organizationId: string,
  image: Omit<LockedImage, 'written_later'>,
  { fields, indexing }: { fields: ImageFields; indexing: IndexingStatus },
): Promise<void> {
  const begins = indexing !== image.indexing_status;
  await trx
    .updateTable('image')
    .set({
      indexing_status: indexing,
      ...(begins && failureColumns(null)),
      external_id: fields.externalId,
      place_id: fields.placeId,
      recorded_at: fields.recordedAt,
      metadata: fields.metadata === undefined ? undefined : JSON.stringify(fields.metadata ?? {}),
    })
    .where('organization_id', '=', organizationId)
    .where('id', '=', image.id)
    .execute();
  await appendImageEvents(trx, organizationId, [{ ...image, indexing_status: indexing }]);
}

/** Removes the row, with an event if clients know the image. */
export async function removeImage(
  trx: Transaction<DB>,
  organizationId: string,
  { id, in_library }: Pick<LockedImage, 'id' | 'in_library'>,
): Promise<void> {
  await trx.deleteFrom('image').where('organization_id', '=', organizationId).where('id', '=', id).execute();
  await appendImageEvents(trx, organizationId, [{ id, in_library, status: null, indexing_status: null }]);
}

interface TellingRow {
  id: string;
  in_library: boolean;
  status: ImageStatus | null;
  indexing_status: IndexingStatus | null;
}

function appendImageEvents(trx: Transaction<DB>, organizationId: string, rows: readonly TellingRow[]): Promise<void> {
  return appendEvents(
    trx,
    rows.filter(({ in_library }) => in_library).map((row) => imageEvent(organizationId, row)),
  );
}

function imageEvent(organizationId: string, { id, status, indexing_status }: Omit<TellingRow, 'in_library'>): NewEvent {
  return { organizationId, kind: 'IMAGE', entityId: id, state: { status, indexingStatus: indexing_status } };
}

/** The outcome of indexing for an image. */
export interface IndexingEnd {
  organizationId: string;
  imageId: string;
  /** null: it is INDEXED. */
  failure: Failure | null;
}

/** INDEXING → INDEXED or FAILED, and FAILED → INDEXED, of images that are locked and READY, with their events. */
export async function endIndexing(trx: Transaction<DB>, ends: readonly IndexingEnd[]): Promise<void> {
  if (ends.length === 0) return;
  const rows = ends.map(({ organizationId, imageId, failure }) => ({
    organizationId,
    id: imageId,
    status: 'READY' as const,
    indexing_status: failure === null ? ('INDEXED' as const) : ('FAILED' as const),
    ...failureColumns(failure),
  }));
  await sql`
    update image set indexing_status = i.indexing_status, failure_code = i.failure_code,
      failure_message = i.failure_message, failure_retryable = i.failure_retryable
    from json_to_recordset(${JSON.stringify(rows)}::json) as i(
      id uuid, indexing_status text, failure_code text, failure_message text, failure_retryable boolean)
    where image.id = i.id`.execute(trx);
  await appendEvents(
    trx,
    rows.map((row) => imageEvent(row.organizationId, row)),
  );
}
