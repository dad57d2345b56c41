import { type Kysely, type SelectQueryBuilder, sql } from 'kysely';
import { isBounded } from '../database/filters.ts';
import type { Keyset } from '../database/keyset.ts';
import { merged } from '../database/merged-list.ts';
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
import { type BatchFilter, batchAlternatives, batchMatches } from './batch-filter.ts';
import { type BatchRow, batchColumns, selectBatches } from './batches.repository.ts';

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
  const alternatives = batchAlternatives(filters);
  const isOfAllTimes = !filters.some(({ createdAt }) => isBounded(createdAt));
  const read = async (part: ListPart, by?: OrderColumn): Promise<BatchRow[]> => {
    const queries = alternatives.map((matches) =>
      selectBatches(db, organizationId)
        .$if(by !== undefined, (query) => query.select(by!.text.as('order_value')))
        .where(matches)
        .where(part.condition)
        .orderBy(part.orderBy)
        .limit(part.limit),
    );
    return queries.length === 1 ? queries[0]!.execute() : mergeQueries(db, queries, part, by);
  };
  if (field === 'CREATED_AT' && isOfAllTimes) return read(byId(id, direction, page));
  const by = orderColumns[field];
  return readOrdered(by, direction, page, (part) => read(part, by));
}

async function mergeQueries(
  db: Kysely<DB>,
  queries: readonly SelectQueryBuilder<DB, 'batch', BatchRow>[],
  part: ListPart,
  by?: OrderColumn,
): Promise<BatchRow[]> {
  const columns = sql.join(
    [...batchColumns, 'created_xid', ...(by ? ['order_value'] : [])].map((name) => sql.ref(name)),
  );
  const sortable = queries.map((query) => {
    const column = by && part.kind === null ? by.column : null;
    return sql<BatchRow>`${column ? query.select(column.as('order_by')) : query}`;
  });
  const { rows } = await merged('batch', columns, sortable, part).execute(db);
  return rows;
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
