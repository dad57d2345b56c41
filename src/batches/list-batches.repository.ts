import { type Kysely, sql } from 'kysely';
import { isBounded } from '../database/filters.ts';
import type { Keyset } from '../database/keyset.ts';
import {
  byId,
  creationColumn,
  type ListOrder,
  type ListPart,
  newestFirst,
  readOrdered,
  timeColumn,
} from '../database/ordered-list.ts';
import { countRows } from '../database/pool.ts';
import type { DB } from '../database/types.generated.ts';
import { type BatchFilter, batchMatches } from './batch-filter.ts';
import { type BatchRow, selectBatches } from './batches.repository.ts';

export type BatchOrder = ListOrder<'CREATED_AT' | 'FINISHED_AT'>;

const id = sql`id`;
const orderColumns = { CREATED_AT: creationColumn(sql`created_at`, id), FINISHED_AT: timeColumn(sql`finished_at`, id) };

/** A page of batches, newest first unless `order` says otherwise. */
export function listBatches(
  db: Kysely<DB>,
  organizationId: string,
  filters: readonly BatchFilter[],
  page: Keyset,
  { field, direction }: BatchOrder = newestFirst,
): Promise<BatchRow[]> {
  const select = ({ condition, orderBy, limit }: ListPart) =>
    selectBatches(db, organizationId).where(batchMatches(filters)).where(condition).orderBy(orderBy).limit(limit);
  const isOfAllTimes = !filters.some(({ createdAt }) => isBounded(createdAt));
  if (field === 'CREATED_AT' && isOfAllTimes) return select(byId(id, direction, page)).execute();
  const by = orderColumns[field];
  return readOrdered(by, direction, page, (part) => select(part).select(by.text.as('order_value')).execute());
}

export async function countBatches(
  db: Kysely<DB>,
  organizationId: string,
  filters: readonly BatchFilter[],
): Promise<number> {
  const { count } = await db
    .selectFrom('batch')
    .select(countRows().as('count'))
    .where('organization_id', '=', organizationId)
    .where(batchMatches(filters))
    .executeTakeFirstOrThrow();
  return count;
}
