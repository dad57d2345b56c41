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

/** What the items of a scope are at a moment. */
export interface MatrixVersion {
  /** It changes whenever an item becomes ACTIVE, is no longer ACTIVE or gets other tags, and with the task's list. */
  version: string;
  /** It changes with the task's list; null: the scope is all items. */
  listVersion: number | null;
  inactiveItemCount: number;
  /** All transactions before this one (xid) have ended: what they changed is in what is read from now on. */
  horizon: bigint;
}

/**
 * The version of a scope's items. Read it before the items: items that are newer than their version are then only read once more. Tasks
 * that look for all items share one version, so they can share one matrix.
 */
export async function findMatrixVersion(db: Kysely<DB>, scope: MatrixScope): Promise<MatrixVersion> {
  const { organizationId, taskId, allCatalogItems } = scope;
  const { rows } = await sql<{
    catalog_revision: string;
    task_revision: number | null;
    inactive: number;
    horizon: string;
  }>`
    select o.catalog_revision,
      (select t.revision from task t where t.organization_id = o.id and t.id = ${taskId}) as task_revision,
      (
        select count(*)::integer from catalog_item i
        where i.organization_id = o.id and i.status in ('INDEXING', 'FAILED') and ${inScope(scope)}
      ) as inactive,
      pg_snapshot_xmin(pg_current_snapshot())::text as horizon
    from organization o where o.id = ${organizationId}`.execute(db);
  const found = rows[0];
  if (!found) throw new Error(`Organisation ${organizationId} is gone.`);
  const { catalog_revision: revision, task_revision: listVersion, inactive, horizon } = found;
  return {
    version: allCatalogItems ? revision : `${revision}.${listVersion}`,
    listVersion: allCatalogItems ? null : listVersion,
    inactiveItemCount: inactive,
    horizon: BigInt(horizon),
  };
}

/** For how long it is known which items changed. */
export const knownChangesHours = 24;

/**
 * The items of an organisation that changed after an earlier reading.
 * @param horizon of the version that was read before, at most {@link knownChangesHours} ago.
 */
export async function listChangedItems(db: Kysely<DB>, organizationId: string, horizon: bigint): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select distinct catalog_item_id as id from catalog_item_change
    where organization_id = ${organizationId} and xid >= ${String(horizon)}::xid8`.execute(db);
  return rows.map(({ id }) => id);
}

/** Forgets which items changed long ago. */
export async function removeOldItemChanges(db: Kysely<DB>): Promise<void> {
  await sql`
    delete from catalog_item_change where changed_at < now() - ${knownChangesHours} * interval '1 hour'`.execute(db);
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

/**
 * The ACTIVE items of a scope. Those that the embedder has not embedded yet have no embeddings.
 * @param itemIds reads only these.
 */
export async function loadMatrixItems(
  db: Kysely<DB>,
  scope: MatrixScope,
  { embedder, verifier }: MatrixModels,
  itemIds?: readonly string[],
): Promise<ItemEmbeddings[]> {
  const wanted = itemIds === undefined ? sql`true` : sql`i.id = any(${[...itemIds]}::uuid[])`;
  const { rows } = await sql<{
    catalog_item_id: string;
    image_id: string | null;
    embedding: Buffer | null;
    has_features: boolean;
    is_taught: boolean;
  }>`
    select i.id as catalog_item_id, e.image_id, e.embedding, f.image_id is not null as has_features,
      ci.position is null as is_taught
    from catalog_item i
    left join (
      catalog_image ci join catalog_embedding e on e.organization_id = ci.organization_id
        and e.catalog_item_id = ci.catalog_item_id and e.image_id = ci.image_id and e.model = ${embedder}
    ) on ci.organization_id = i.organization_id and ci.catalog_item_id = i.id
    left join catalog_features f on f.organization_id = e.organization_id
      and f.catalog_item_id = e.catalog_item_id and f.image_id = e.image_id and f.model = ${verifier}
    where i.organization_id = ${scope.organizationId} and i.status = 'ACTIVE' and ${inScope(scope)} and ${wanted}
    order by i.id, ci.position, ci.image_id`.execute(db);
  const items: ItemEmbeddings[] = [];
  for (const row of rows) {
    let item = items.at(-1);
    if (item?.catalogItemId !== row.catalog_item_id) {
      item = { catalogItemId: row.catalog_item_id, embeddings: [], pictureIds: [], taught: [], hasFeatures: false };
      items.push(item);
    }
    if (row.image_id === null || row.embedding === null) continue;
    const embedding = toFloats(row.embedding);
    item.hasFeatures ||= row.has_features;
    if (row.is_taught) item.taught.push({ pictureId: row.image_id, embedding });
    else item.embeddings.push(embedding);
    if (row.has_features && !row.is_taught) item.pictureIds.push(row.image_id);
  }
  return items;
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
