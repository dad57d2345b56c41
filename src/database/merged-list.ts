import { type RawBuilder, sql } from 'kysely';
import type { ListPart } from './ordered-list.ts';

/**
 * The page of several alternatives of which no entry belongs to two, for example of several statuses. Each is read by its own index, no
 * further than the page needs. With `or` or `any`, PostgreSQL sorts all that match, or tries each row in the order of another index.
 * @param name of the table that the columns are of
 * @param queries each with the order and the limit of the part. Where the entries have a value, they select its column as `order_by`.
 */
export function merged<Row>(
  name: string,
  columns: RawBuilder<unknown>,
  queries: readonly RawBuilder<Row>[],
  { mergedOrderBy, limit }: ListPart,
): RawBuilder<Row> {
  const all = sql.join(
    queries.map((query) => sql`(${query})`),
    sql` union all `,
  );
  return sql<Row>`select ${columns} from (${all}) ${sql.table(name)} order by ${mergedOrderBy} limit ${limit}`;
}
