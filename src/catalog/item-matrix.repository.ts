import { type Kysely, type SqlBool, sql } from 'kysely';
import type { DB } from '../database/types.generated.ts';

/** Whose items analyses are matched against. */
export interface MatrixScope {
  organizationId: string;
  taskId: string;
  allCatalogItems: boolean;
  /** Only items with one of these tags; absent: with any or none. */
  tags?: readonly string[] | undefined;
}

/** The condition on catalog_item `i` of being one of the scope's. */
function inScope({ taskId, allCatalogItems, tags }: MatrixScope) {
  const ofTask = allCatalogItems
    ? sql<SqlBool>`true`
    : sql<SqlBool>`exists (
        select from task_catalog_item tci
        where tci.organization_id = i.organization_id and tci.task_id = ${taskId} and tci.catalog_item_id = i.id
      )`;
  return tags === undefined ? ofTask : sql<SqlBool>`${ofTask} and i.tags && ${[...tags]}::text[]`;
}

/**
 * The version of a scope's items: it changes whenever one of them becomes ACTIVE or ceases to be or gets other tags, and with
 * the task's list.
 * Read it before the rows: rows that are newer than their version are only loaded once more.
 * Tasks that look for everything share one version, so that they can share one matrix.
 */
export async function findMatrixVersion(
  db: Kysely<DB>,
  scope: MatrixScope,
): Promise<{ version: string; inactiveItemCount: number }> {
  const { organizationId, taskId, allCatalogItems } = scope;
  const { rows } = await sql<{ catalog_revision: string; task_revision: number | null; inactive: number }>`
    select o.catalog_revision,
      (select t.revision from task t where t.organization_id = o.id and t.id = ${taskId}) as task_revision,
      (
        select count(*)::integer from catalog_item i
        where i.organization_id = o.id and i.status in ('INDEXING', 'FAILED') and ${inScope(scope)}
      ) as inactive
    from organization o where o.id = ${organizationId}`.execute(db);
  const found = rows[0];
  if (!found) throw new Error(`Organisation ${organizationId} is gone.`);
  return {
    version: allCatalogItems ? found.catalog_revision : `${found.catalog_revision}.${found.task_revision}`,
    inactiveItemCount: found.inactive,
  };
}

export interface ItemEmbeddings {
  catalogItemId: string;
  /** One a picture, the thumbnail's first. */
  embeddings: Float32Array[];
}

/** The ACTIVE items of a scope that one model version has embedded. @param model name@version */
export async function loadItemMatrixRows(db: Kysely<DB>, scope: MatrixScope, model: string): Promise<ItemEmbeddings[]> {
  const { rows } = await sql<{ catalog_item_id: string; embedding: Buffer }>`
    select e.catalog_item_id, e.embedding
    from catalog_item i
    join catalog_image ci on ci.organization_id = i.organization_id and ci.catalog_item_id = i.id
    join catalog_embedding e on e.organization_id = ci.organization_id
      and e.catalog_item_id = ci.catalog_item_id and e.image_id = ci.image_id
    where i.organization_id = ${scope.organizationId} and i.status = 'ACTIVE' and e.model = ${model} and ${inScope(scope)}
    order by e.catalog_item_id, ci.position`.execute(db);
  const items: ItemEmbeddings[] = [];
  for (const row of rows) {
    const last = items.at(-1);
    if (last?.catalogItemId === row.catalog_item_id) last.embeddings.push(toFloats(row.embedding));
    else items.push({ catalogItemId: row.catalog_item_id, embeddings: [toFloats(row.embedding)] });
  }
  return items;
}

/** How many ACTIVE items a scope has, embedded or not. */
export async function countActiveItems(db: Kysely<DB>, scope: MatrixScope): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*)::integer as count from catalog_item i
    where i.organization_id = ${scope.organizationId} and i.status = 'ACTIVE' and ${inScope(scope)}`.execute(db);
  return rows[0]?.count ?? 0;
}

/** Copied, since a Float32Array must begin at a multiple of 4 and the driver's buffers begin anywhere. */
function toFloats(bytes: Buffer): Float32Array {
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer);
}
