import { type Kysely, type SqlBool, sql, type Transaction } from 'kysely';
import { seesItem } from '../analyses/narrowing-filter.ts';
import type { Keyset } from '../database/keyset.ts';
import { countRows } from '../database/pool.ts';
import type { DB } from '../database/types.generated.ts';
import type { Narrowing } from '../shared/narrowing.ts';
import { type CatalogItemFilter, catalogItemMatches } from './catalog-filter.ts';

/** A catalogue item with the ids of its pictures. */
export type CatalogItemRow = Awaited<ReturnType<typeof findCatalogItems>>[number];

function selectItems(db: Kysely<DB>, organizationId: string) {
  return db
    .selectFrom('catalog_item')
    .selectAll('catalog_item')
    .select([
      sql<string>`(
        select ci.image_id from catalog_image ci
        where ci.organization_id = catalog_item.organization_id and ci.catalog_item_id = catalog_item.id and ci.position = 0
      )`.as('thumbnail_id'),
      sql<string[]>`array(
        select ci.image_id from catalog_image ci
        where ci.organization_id = catalog_item.organization_id and ci.catalog_item_id = catalog_item.id and ci.position > 0
        order by ci.position
      )`.as('reference_ids'),
    ])
    .where('catalog_item.organization_id', '=', organizationId);
}

/** Those that exist, in any order. @param narrowing what the caller is limited to; null: nothing */
export function findCatalogItems(
  db: Kysely<DB>,
  organizationId: string,
  ids: readonly string[],
  narrowing: Narrowing | null = null,
) {
  return selectItems(db, organizationId)
    .where('catalog_item.id', '=', sql<string>`any(${ids}::uuid[])`)
    .where(seesItem(narrowing))
    .execute();
}

/** Restricts a list to the items that a task looks for. */
export interface TaskItems {
  taskId: string;
  /** Every ACTIVE or INDEXING item. */
  allCatalogItems: boolean;
}

function lookedForBy({ taskId, allCatalogItems }: TaskItems) {
  if (allCatalogItems) return sql<SqlBool>`catalog_item.status in ('ACTIVE', 'INDEXING')`;
  return sql<SqlBool>`catalog_item.status <> 'ARCHIVED' and exists (
    select from task_catalog_item tci
    where tci.organization_id = catalog_item.organization_id
      and tci.task_id = ${taskId}
      and tci.catalog_item_id = catalog_item.id
  )`;
}

export interface CatalogList {
  filter: CatalogItemFilter;
  /** Absent: the whole catalogue. */
  task?: TaskItems;
}

/** Newest first. */
export function listCatalogItems(
  db: Kysely<DB>,
  organizationId: string,
  { filter, task }: CatalogList,
  page: Keyset,
): Promise<CatalogItemRow[]> {
  return selectItems(db, organizationId)
    .where(catalogItemMatches(filter))
    .$if(task !== undefined, (query) => query.where(lookedForBy(task!)))
    .$if(page.after !== null, (query) => query.where('catalog_item.id', '<', page.after))
    .orderBy('catalog_item.id', 'desc')
    .limit(page.limit)
    .execute();
}

export async function countCatalogItems(
  db: Kysely<DB>,
  organizationId: string,
  { filter, task }: CatalogList,
): Promise<number> {
  const { count } = await db
    .selectFrom('catalog_item')
    .where('organization_id', '=', organizationId)
    .where(catalogItemMatches(filter))
    .$if(task !== undefined, (query) => query.where(lookedForBy(task!)))
    .select(countRows().as('count'))
    .executeTakeFirstOrThrow();
  return count;
}

/** The status and picture revision of an item, locked against other changes; undefined if it does not exist. */
export function lockCatalogItem(trx: Transaction<DB>, organizationId: string, id: string) {
  return trx
    .selectFrom('catalog_item')
    .where('organization_id', '=', organizationId)
    .where('id', '=', id)
    .select(['status', 'revision'])
    .forUpdate()
    .executeTakeFirst();
}

/** Notifies workers that the items to match against have changed. */
export async function bumpCatalogRevision(trx: Transaction<DB>, organizationId: string): Promise<void> {
  await trx
    .updateTable('organization')
    .set({ catalog_revision: sql`catalog_revision + 1` })
    .where('id', '=', organizationId)
    .execute();
}
