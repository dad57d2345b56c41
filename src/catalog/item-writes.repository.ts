import { sql, type Transaction } from 'kysely';
import type { DB } from '../database/types.generated.ts';
import { failureColumns } from '../shared/failure.ts';
import type { CatalogItemStatus } from './catalog-filter.ts';
import { type ItemFields, itemColumns } from './item-fields.ts';

/** Inserts an item: INDEXING, revision 1. */
export async function insertCatalogItem(
  trx: Transaction<DB>,
  organizationId: string,
  id: string,
  fields: ItemFields & { name: string },
): Promise<void> {
  await trx
    .insertInto('catalog_item')
    .values({ id, organization_id: organizationId, status: 'INDEXING', ...itemColumns(fields), name: fields.name })
    .execute();
}

/** Updates the columns of the given fields. */
export async function updateCatalogItemFields(
  trx: Transaction<DB>,
  organizationId: string,
  id: string,
  fields: ItemFields,
): Promise<void> {
  await trx
    .updateTable('catalog_item')
    .set({ ...itemColumns(fields), updated_at: sql`now()` })
    .where('organization_id', '=', organizationId)
    .where('id', '=', id)
    .execute();
}

/** Makes an item INDEXING again because its pictures changed. @returns the new revision, for the job that indexes them. */
export async function startIndexing(trx: Transaction<DB>, organizationId: string, id: string): Promise<number> {
  const { revision } = await trx
    .updateTable('catalog_item')
    .set({
      status: 'INDEXING',
      ...failureColumns(null),
      revision: sql`revision + 1`,
      updated_at: sql`now()`,
    })
    .where('organization_id', '=', organizationId)
    .where('id', '=', id)
    .returning('revision')
    .executeTakeFirstOrThrow();
  return revision;
}

export async function setItemStatus(
  trx: Transaction<DB>,
  organizationId: string,
  id: string,
  status: CatalogItemStatus,
): Promise<void> {
  await trx
    .updateTable('catalog_item')
    .set({ status, ...failureColumns(null), updated_at: sql`now()` })
    .where('organization_id', '=', organizationId)
    .where('id', '=', id)
    .execute();
}
