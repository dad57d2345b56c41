import { type ExpressionBuilder, type Kysely, type Selectable, type SqlBool, sql, type Transaction } from 'kysely';
import { seesTask } from '../analyses/narrowing-filter.ts';
import type { Keyset } from '../database/keyset.ts';
import { countRows } from '../database/pool.ts';
import type { DB, Task } from '../database/types.generated.ts';
import { type GivenId, uuidsOf } from '../given-id.ts';
import type { Narrowing } from '../shared/narrowing.ts';

export type TaskRow = Selectable<Task>;

/** Those that exist, including deleted ones, in any order. @param narrowing what the caller is limited to; null: nothing */
export function findTasks(
  db: Kysely<DB>,
  organizationId: string,
  ids: readonly string[],
  narrowing: Narrowing | null = null,
): Promise<TaskRow[]> {
  return db
    .selectFrom('task')
    .selectAll()
    .where('organization_id', '=', organizationId)
    .where('id', '=', sql<string>`any(${ids}::uuid[])`)
    .where(seesTask(narrowing))
    .execute();
}

/** An absent or null filter does not restrict. */
export interface TaskFilter {
  ids?: GivenId[] | null;
  name?: string | null;
  type?: TaskRow['type'] | null;
  /** Tasks that look for this item, because they list it or look for all items. */
  catalogItem?: GivenId | null;
  /** What the caller is limited to. */
  narrowing?: Narrowing | null;
}

function taskMatches(filter: TaskFilter) {
  return (eb: ExpressionBuilder<DB, 'task'>) => {
    const all = [eb('task.deleted_at', 'is', null)];
    if (filter.narrowing) all.push(eb.and([seesTask(filter.narrowing)]));
    if (filter.ids) all.push(eb('task.id', '=', sql<string>`any(${uuidsOf(filter.ids)}::uuid[])`));
    if (filter.name != null) all.push(eb('task.name', '=', filter.name));
    if (filter.type != null) all.push(eb('task.type', '=', filter.type));
    return eb.and(filter.catalogItem ? [...all, looksFor(filter.catalogItem)] : all);
  };
}

function looksFor({ uuid }: GivenId) {
  return sql<SqlBool>`exists (
    select from catalog_item ci
    where ci.organization_id = task.organization_id and ci.id = ${uuid}::uuid and (
      task.all_catalog_items and ci.status in ('ACTIVE', 'INDEXING')
      or exists (
        select from task_catalog_item tci
        where tci.organization_id = ci.organization_id and tci.task_id = task.id and tci.catalog_item_id = ci.id
      )
    )
  )`;
}

/** Newest first, without deleted ones. */
export function listTasks(
  db: Kysely<DB>,
  organizationId: string,
  filter: TaskFilter,
  page: Keyset,
): Promise<TaskRow[]> {
  return db
    .selectFrom('task')
    .selectAll('task')
    .where('task.organization_id', '=', organizationId)
    .where(taskMatches(filter))
    .$if(page.after !== null, (query) => query.where('task.id', '<', page.after))
    .orderBy('task.id', 'desc')
    .limit(page.limit)
    .execute();
}

export async function countTasks(db: Kysely<DB>, organizationId: string, filter: TaskFilter): Promise<number> {
  const { count } = await db
    .selectFrom('task')
    .where('task.organization_id', '=', organizationId)
    .where(taskMatches(filter))
    .select(countRows().as('count'))
    .executeTakeFirstOrThrow();
  return count;
}

/** A task that is not deleted, locked against other changes; undefined if it does not exist. */
export function lockTask(trx: Transaction<DB>, organizationId: string, id: string): Promise<TaskRow | undefined> {
  return trx
    .selectFrom('task')
    .selectAll()
    .where('organization_id', '=', organizationId)
    .where('id', '=', id)
    .where('deleted_at', 'is', null)
    .forUpdate()
    .executeTakeFirst();
}
