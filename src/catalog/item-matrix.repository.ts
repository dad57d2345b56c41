import { type Kysely, type SqlBool, sql } from 'kysely';
import type { DB } from '../database/types.generated.ts';

/** The items that analyses are matched against. */
export interface MatrixScope {
  organizationId: string;
  taskId: string;
  allCatalogItems: boolean;
  /** Only items with one of these tags; absent: all items. */
  tags?: readonly string[] | undefined;
}

/** The condition that catalog_item `i` belongs to the scope. */
export function inScope({ taskId, allCatalogItems, tags }: MatrixScope) {
  const ofTask = allCatalogItems
    ? sql<SqlBool>`true`
    : sql<SqlBool>`exists (
        select from task_catalog_item tci
        where tci.organization_id = i.organization_id and tci.task_id = ${taskId} and tci.catalog_item_id = i.id
      )`;
  return tags === undefined
    ? ofTask
    : sql<SqlBool>`${ofTask} and folded_all(i.tags) && folded_all(${[...tags]}::text[])`;
}

/**
 * The version of a scope's items. It changes whenever one of them becomes ACTIVE, is no longer ACTIVE or gets other tags, and with
 * the task's list. Read it before the rows: rows that are newer than their version are then only loaded once more. Tasks that look
 * for all items share one version, so they can share one matrix.
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
  /** One per picture of the catalogue, the thumbnail's first. */
  embeddings: Float32Array[];
  /** Pictures of the catalogue for which the verifier has features, the thumbnail first. */
  pictureIds: string[];
  /** Pictures that corrections taught, the oldest first. */
  taught: { pictureId: string; embedding: Float32Array }[];
  /** Whether the verifier has features of any picture. */
  hasFeatures: boolean;
}

/** name@version of a pipeline's embedder and verifier. */
export interface MatrixModels {
  embedder: string;
  /** null: the pipeline has none. */
  verifier: string | null;
}

/** The ACTIVE items of a scope that an embedder has embedded. */
export async function loadItemMatrixRows(
  db: Kysely<DB>,
  scope: MatrixScope,
  { embedder, verifier }: MatrixModels,
): Promise<ItemEmbeddings[]> {
  const { rows } = await sql<{
    catalog_item_id: string;
    image_id: string;
    embedding: Buffer;
    has_features: boolean;
    is_taught: boolean;
  }>`
    select e.catalog_item_id, e.image_id, e.embedding, f.image_id is not null as has_features,
      ci.position is null as is_taught
    from catalog_item i
    join catalog_image ci on ci.organization_id = i.organization_id and ci.catalog_item_id = i.id
    join catalog_embedding e on e.organization_id = ci.organization_id
      and e.catalog_item_id = ci.catalog_item_id and e.image_id = ci.image_id
    left join catalog_features f on f.organization_id = e.organization_id
      and f.catalog_item_id = e.catalog_item_id and f.image_id = e.image_id and f.model = ${verifier}
    where i.organization_id = ${scope.organizationId} and i.status = 'ACTIVE' and e.model = ${embedder} and ${inScope(scope)}
    order by e.catalog_item_id, ci.position, ci.image_id`.execute(db);
  const items: ItemEmbeddings[] = [];
  for (const row of rows) {
    let item = items.at(-1);
    if (item?.catalogItemId !== row.catalog_item_id) {
      item = { catalogItemId: row.catalog_item_id, embeddings: [], pictureIds: [], taught: [], hasFeatures: false };
      items.push(item);
    }
    const embedding = toFloats(row.embedding);
    item.hasFeatures ||= row.has_features;
    if (row.is_taught) item.taught.push({ pictureId: row.image_id, embedding });
    else item.embeddings.push(embedding);
    if (row.has_features && !row.is_taught) item.pictureIds.push(row.image_id);
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

export interface CounterExampleEmbedding {
  pictureId: string;
  embedding: Float32Array;
  /** See CounterExample. */
  itemsBefore: string | null;
}

/**
 * The counter-examples for analyses of a task: its own, and those of tasks that look for all items. Those of a task that looks for
 * few items say nothing about the items of others.
 */
export async function loadCounterExamples(
  db: Kysely<DB>,
  { organizationId, taskId }: MatrixScope,
  { embedder }: MatrixModels,
): Promise<CounterExampleEmbedding[]> {
  const { rows } = await sql<{ pictureId: string; itemsBefore: string | null; embedding: Buffer }>`
    select c.image_id as "pictureId", c.items_before as "itemsBefore", d.description as embedding
    from counter_example c
    join counter_example_description d
      on d.organization_id = c.organization_id and d.image_id = c.image_id and d.model = ${embedder}
    join task t on t.organization_id = c.organization_id and t.id = c.task_id
    where c.organization_id = ${organizationId} and (t.id = ${taskId} or t.all_catalog_items)
    order by c.image_id`.execute(db);
  return rows.map(({ embedding, ...row }) => ({ ...row, embedding: toFloats(embedding) }));
}

/** Copied, because a Float32Array must begin at a multiple of 4 and the driver's buffers can begin anywhere. */
function toFloats(bytes: Buffer): Float32Array {
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer);
}
