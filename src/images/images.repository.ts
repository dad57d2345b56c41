import { type Kysely, sql, type Transaction } from 'kysely';
import { seesImage } from '../analyses/narrowing-filter.ts';
import { isBounded } from '../database/filters.ts';
import type { Keyset } from '../database/keyset.ts';
import {
  byId,
  creationColumn,
  type ListOrder,
  type ListPart,
  newestFirst,
  type OrderColumn,
  readOrdered,
  timeColumn,
} from '../database/ordered-list.ts';
import { countRows } from '../database/pool.ts';
import type { DB } from '../database/types.generated.ts';
import type { FailureColumns } from '../shared/failure.ts';
import type { Narrowing } from '../shared/narrowing.ts';
import { type ImageFilter, imageMatches } from './image-filter.ts';
import type { ImageStatus } from './life.ts';

/** An image with the properties of its bytes, which are null until the status is READY. */
export type ImageRow = Awaited<ReturnType<typeof findImages>>[number];

/** @param images which of them; default: all */
function selectImages(db: Kysely<DB>, organizationId: string, images = db.selectFrom('image').selectAll()) {
  return db
    .selectFrom(images.as('image'))
    .leftJoin('blob', (join) =>
      join.onRef('blob.organization_id', '=', 'image.organization_id').onRef('blob.sha256', '=', 'image.sha256'),
    )
    .where('image.organization_id', '=', organizationId)
    .select([
      'image.id',
      'image.status',
      'image.indexing_status',
      'image.failure_code',
      'image.failure_message',
      'image.failure_retryable',
      'image.filename',
      'image.source_url',
      'image.external_id',
      'image.place_id',
      'image.blur_people',
      'image.metadata',
      'image.recorded_at',
      'image.created_at',
      'blob.mime_type',
      'blob.byte_size',
      'blob.width',
      'blob.height',
      'blob.photo',
      'blob.position',
      'image.shows_position',
      'blob.has_private_exif',
    ])
    .select(sql<string | null>`encode(image.sha256, 'hex')`.as('sha256'));
}

/** Those that exist, in any order. @param narrowing what the caller is limited to; null: nothing */
export function findImages(
  db: Kysely<DB>,
  organizationId: string,
  ids: readonly string[],
  narrowing: Narrowing | null = null,
) {
  return selectImages(db, organizationId)
    .where('image.id', '=', sql<string>`any(${ids}::uuid[])`)
    .where(seesImage(narrowing))
    .execute();
}

export type ImageOrder = ListOrder<'CREATED_AT' | 'RECORDED_AT'>;

const id = sql`image.id`;
const recordedAt = timeColumn(sql`image.recorded_at`, id);

function orderColumn(field: ImageOrder['field'], filter: ImageFilter): OrderColumn {
  if (field === 'CREATED_AT') return creationColumn(sql`image.created_at`, id);
  // Of a period, those without a time would be tried one by one in vain.
  return isBounded(filter.recordedAt) ? { ...recordedAt, withoutValue: [] } : recordedAt;
}

/** A page of images, newest first unless `order` says otherwise, without catalogue pictures that were not uploaded as images. */
export function listImages(
  db: Kysely<DB>,
  organizationId: string,
  filter: ImageFilter,
  page: Keyset,
  { field, direction }: ImageOrder = newestFirst,
): Promise<ImageRow[]> {
  const select = ({ condition, orderBy, limit }: ListPart) => {
    const images = db
      .selectFrom('image')
      .selectAll()
      .where('organization_id', '=', organizationId)
      .where('in_library', '=', true)
      .where(imageMatches(filter))
      .where(condition)
      .orderBy(orderBy)
      .limit(limit);
    // The bytes of the page only, not of all that are sorted for it.
    return selectImages(db, organizationId, images).orderBy(orderBy);
  };
  if (field === 'CREATED_AT' && !isBounded(filter.createdAt)) return select(byId(id, direction, page)).execute();
  const by = orderColumn(field, filter);
  return readOrdered(by, direction, page, (part) => select(part).select(by.text.as('order_value')).execute());
}

export async function countImages(db: Kysely<DB>, organizationId: string, filter: ImageFilter): Promise<number> {
  const { count } = await db
    .selectFrom('image')
    .where('image.organization_id', '=', organizationId)
    .where('image.in_library', '=', true)
    .where(imageMatches(filter))
    .select(countRows().as('count'))
    .executeTakeFirstOrThrow();
  return count;
}

/** What intake must know about images that are used again: why their bytes are missing. Bytes that could not be indexed are present. */
export function findImageSources(
  db: Kysely<DB>,
  organizationId: string,
  ids: readonly string[],
): Promise<(FailureColumns & { id: string; status: ImageStatus })[]> {
  return db
    .selectFrom('image')
    .where('organization_id', '=', organizationId)
    .where('id', '=', sql<string>`any(${ids}::uuid[])`)
    .select(['id', 'status', 'failure_message', 'failure_retryable'])
    .select(sql<string | null>`case when status = 'FAILED' then failure_code end`.as('failure_code'))
    .execute();
}

/** Lists those of these existing images that so far belonged only to a catalogue item. */
export async function listInLibrary(
  trx: Transaction<DB>,
  organizationId: string,
  ids: readonly string[],
): Promise<void> {
  if (ids.length === 0) return;
  await trx
    .updateTable('image')
    .set({ in_library: true })
    .where('organization_id', '=', organizationId)
    .where('id', '=', sql<string>`any(${[...ids]}::uuid[])`)
    .where('in_library', '=', false)
    .execute();
}
