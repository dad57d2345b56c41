import { type Expression, type ExpressionBuilder, type SqlBool, sql } from 'kysely';
import type { DB } from '../database/types.generated.ts';
import { type GivenId, uuidsOf } from '../given-id.ts';

export type CatalogItemStatus = 'INDEXING' | 'ACTIVE' | 'FAILED' | 'ARCHIVED';

/** Maximum words in a filter: each costs a check of every row. */
export const maxFilterWords = 10;

/** An absent or null filter does not restrict. Ids are compared exactly, barcodes as product numbers if they are such; words and names as `folded` does, regardless of case. */
export interface CatalogItemFilter {
  ids?: GivenId[] | null;
  name?: string | null;
  customId?: string | null;
  barcode?: string | null;
  brand?: string | null;
  tag?: string | null;
  status?: CatalogItemStatus | null;
  /** One of these. */
  statuses?: readonly CatalogItemStatus[] | null;
  /** Every word must occur in name, brand, flavour or tags. */
  text?: string | null;
}

/** For the `where` of a query. */
export function catalogItemMatches(filter: CatalogItemFilter) {
  return (eb: ExpressionBuilder<DB, 'catalog_item'>): Expression<SqlBool> => {
    const all: Expression<SqlBool>[] = [];
    if (filter.ids) all.push(eb('catalog_item.id', '=', sql<string>`any(${uuidsOf(filter.ids)}::uuid[])`));
    if (filter.name != null) all.push(sql<SqlBool>`folded(catalog_item.name) = folded(${filter.name})`);
    if (filter.customId != null) all.push(eb('catalog_item.custom_id', '=', filter.customId));
    if (filter.barcode != null) all.push(hasBarcode(filter.barcode));
    if (filter.brand != null) all.push(sql<SqlBool>`folded(catalog_item.brand) = folded(${filter.brand})`);
    if (filter.tag != null)
      all.push(sql<SqlBool>`folded_all(catalog_item.tags) @> folded_all(array[${filter.tag}]::text[])`);
    if (filter.status != null) all.push(eb('catalog_item.status', '=', filter.status));
    if (filter.statuses != null)
      all.push(eb('catalog_item.status', '=', sql<CatalogItemStatus>`any(${[...filter.statuses]}::text[])`));
    all.push(...wordsOf(filter.text ?? '').map(occurs));
    return eb.and(all);
  };
}

/** Product numbers are compared with 14 digits: UPC-A and EAN-13 can be the same number. Each half goes by an index of its own. */
function hasBarcode(barcode: string): Expression<SqlBool> {
  return sql<SqlBool>`(catalog_item.barcode = ${barcode} or gtin_14(catalog_item.barcode) = gtin_14(${barcode}))`;
}

/** Each once. */
export function wordsOf(text: string): string[] {
  return [...new Set(text.split(/\s+/).filter(Boolean))];
}

function occurs(word: string): Expression<SqlBool> {
  const pattern = `%${word.replaceAll(/[\\%_]/g, '\\$&')}%`;
  return sql<SqlBool>`folded(concat_ws(
    ' ', catalog_item.name, catalog_item.brand, catalog_item.flavour, array_to_string(catalog_item.tags, ' ')
  )) like folded(${pattern})`;
}
