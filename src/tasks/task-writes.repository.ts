import { type Kysely, sql, type Transaction } from 'kysely';
import type { DB } from '../database/types.generated.ts';
import type { TaskRow } from './tasks.repository.ts';

/** The values of a task that a client sets. */
export type TaskColumns = Pick<
  TaskRow,
  | 'name'
  | 'description'
  | 'compute_realogram'
  | 'read_codes'
  | 'currency'
  | 'compute_shares'
  | 'read_text'
  | 'find_gaps'
  | 'alert_rules'
  | 'learning'
  | 'blur_people'
  | 'keep_original'
  | 'exif_position'
  | 'threshold'
  | 'top_candidates'
  | 'accept_groups'
  | 'pipeline'
>;

export async function insertTask(
  trx: Transaction<DB>,
  organizationId: string,
  task: TaskColumns & Pick<TaskRow, 'id' | 'type' | 'all_catalog_items'>,
): Promise<void> {
  await trx
    .insertInto('task')
    .values({ ...task, organization_id: organizationId })
    .execute();
}

/** @param itemsChanged increases the revision, so that workers load the task's items again. */
export async function updateTaskColumns(
  trx: Transaction<DB>,
  organizationId: string,
  id: string,
  { columns, itemsChanged }: { columns: Partial<TaskColumns>; itemsChanged: boolean },
): Promise<void> {
  await trx
    .updateTable('task')
    .set({ ...columns, updated_at: sql`now()`, ...(itemsChanged && { revision: sql`revision + 1` }) })
    .where('organization_id', '=', organizationId)
    .where('id', '=', id)
    .execute();
}

/** @returns whether it existed and was not deleted before. */
export async function markTaskDeleted(db: Kysely<DB>, organizationId: string, id: string): Promise<boolean> {
  const deleted = await db
    .updateTable('task')
    .set({ deleted_at: sql`now()`, updated_at: sql`now()` })
    .where('organization_id', '=', organizationId)
    .where('id', '=', id)
    .where('deleted_at', 'is', null)
    .returning('id')
    .executeTakeFirst();
  return deleted !== undefined;
}

export async function addTaskItems(
  trx: Transaction<DB>,
  organizationId: string,
  taskId: string,
  itemIds: readonly string[],
): Promise<void> {
  // One parameter for any number of ids: PostgreSQL allows at most 65,535 parameters.
  await sql`
    insert into task_catalog_item (organization_id, task_id, catalog_item_id)
    select ${organizationId}::uuid, ${taskId}::uuid, unnest(${itemIds}::uuid[])
    on conflict do nothing`.execute(trx);
}

export async function removeTaskItems(
  trx: Transaction<DB>,
  organizationId: string,
  taskId: string,
  itemIds: readonly string[],
): Promise<void> {
  await trx
    .deleteFrom('task_catalog_item')
    .where('organization_id', '=', organizationId)
    .where('task_id', '=', taskId)
    .where('catalog_item_id', '=', sql<string>`any(${itemIds}::uuid[])`)
    .execute();
}

/** Those of these ids that the task lists. */
export async function findTaskItems(
  trx: Transaction<DB>,
  organizationId: string,
  taskId: string,
  itemIds: readonly string[],
): Promise<Set<string>> {
  const rows = await trx
    .selectFrom('task_catalog_item')
    .where('organization_id', '=', organizationId)
    .where('task_id', '=', taskId)
    .where('catalog_item_id', '=', sql<string>`any(${itemIds}::uuid[])`)
    .select('catalog_item_id')
    .execute();
  return new Set(rows.map((row) => row.catalog_item_id));
}
