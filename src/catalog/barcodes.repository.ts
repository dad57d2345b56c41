import { type Kysely, sql } from 'kysely';
import type { DB } from '../database/types.generated.ts';
import { inScope, type MatrixScope } from './item-matrix.repository.ts';

/**
 * The items of a scope by product number (14 digits), with every item that has it. Unlike matrices, these include items that are
 * not ACTIVE (yet): a barcode needs no picture.
 */
export async function findItemsByGtin(
  db: Kysely<DB>,
  scope: MatrixScope,
  gtins: readonly string[],
): Promise<Map<string, string[]>> {
  const { rows } = await sql<{ gtin: string; itemIds: string[] }>`
    select gtin_14(i.barcode) as gtin, array_agg(i.id) as "itemIds" from catalog_item i
    where i.organization_id = ${scope.organizationId} and gtin_14(i.barcode) = any(${[...gtins]}::text[])
      and i.status <> 'ARCHIVED' and ${inScope(scope)}
    group by 1`.execute(db);
  return new Map(rows.map(({ gtin, itemIds }) => [gtin, itemIds]));
}
