import { type Kysely, type RawBuilder, type Selectable, type SqlBool, sql, type Transaction } from 'kysely';
import { seesPlanogram } from '../analyses/narrowing-filter.ts';
import type { Keyset } from '../database/keyset.ts';
import { countRows } from '../database/pool.ts';
import type { DB, Planogram, PlanogramVersion } from '../database/types.generated.ts';
import type { Fixture } from '../recognition/compliance/plan.ts';
import type { Narrowing } from '../shared/narrowing.ts';

export type PlanogramRow = Selectable<Planogram>;
export type PlanogramVersionRow = Omit<Selectable<PlanogramVersion>, 'fixture'> & { fixture: Fixture };

/** An absent filter does not restrict. */
export interface PlanogramFilter {
  ids?: readonly string[] | undefined;
  taskId?: string | undefined;
  placeId?: string | undefined;
}

/** Those that exist, including deleted ones, in any order. @param narrowing what the caller is limited to; null: nothing */
export function findPlanograms(
  db: Kysely<DB>,
  organizationId: string,
  ids: readonly string[],
  narrowing: Narrowing | null = null,
): Promise<PlanogramRow[]> {
  return db
    .selectFrom('planogram')
    .selectAll()
    .where('organization_id', '=', organizationId)
    .where('id', '=', sql<string>`any(${[...ids]}::uuid[])`)
    .where(seesPlanogram(narrowing))
    .execute();
}

/** Newest first, without deleted ones. */
export function listPlanograms(
  db: Kysely<DB>,
  organizationId: string,
  filter: PlanogramFilter,
  page: Keyset,
): Promise<PlanogramRow[]> {
  return db
    .selectFrom('planogram')
    .selectAll()
    .where(planogramMatches(organizationId, filter))
    .$if(page.after !== null, (query) => query.where('id', '<', page.after))
    .orderBy('id', 'desc')
    .limit(page.limit)
    .execute();
}

export async function countPlanograms(
  db: Kysely<DB>,
  organizationId: string,
  filter: PlanogramFilter,
): Promise<number> {
  const { count } = await db
    .selectFrom('planogram')
    .where(planogramMatches(organizationId, filter))
    .select(countRows().as('count'))
    .executeTakeFirstOrThrow();
  return count;
}

function planogramMatches(organizationId: string, { ids, taskId, placeId }: PlanogramFilter): RawBuilder<SqlBool> {
  const all = [sql<SqlBool>`organization_id = ${organizationId}`, sql<SqlBool>`deleted_at is null`];
  if (ids) all.push(sql`id = any(${[...ids]}::uuid[])`);
  if (taskId !== undefined) all.push(sql`task_id = ${taskId}`);
  if (placeId !== undefined) all.push(sql`place_id = ${placeId}`);
  return sql.join<SqlBool>(all, sql` and `);
}

/** One that is not deleted, locked against other changes; undefined if there is none. */
export function lockPlanogram(
  trx: Transaction<DB>,
  organizationId: string,
  id: string,
): Promise<PlanogramRow | undefined> {
  return trx
    .selectFrom('planogram')
    .selectAll()
    .where('organization_id', '=', organizationId)
    .where('id', '=', id)
    .where('deleted_at', 'is', null)
    .forUpdate()
    .executeTakeFirst();
}

/** The values of a planogram that a client sets. */
export type PlanogramColumns = Pick<PlanogramRow, 'name' | 'task_id' | 'place_id'>;

export async function insertPlanogram(
  trx: Transaction<DB>,
  organizationId: string,
  planogram: PlanogramColumns & { id: string },
): Promise<void> {
  await trx
    .insertInto('planogram')
    .values({ ...planogram, organization_id: organizationId })
    .execute();
}

export async function updatePlanogramColumns(
  trx: Transaction<DB>,
  organizationId: string,
  id: string,
  columns: Partial<PlanogramColumns>,
): Promise<void> {
  await trx
    .updateTable('planogram')
    .set({ ...columns, updated_at: sql`now()` })
    .where('organization_id', '=', organizationId)
    .where('id', '=', id)
    .execute();
}

/** @returns whether it existed and was not deleted before. */
export async function markPlanogramDeleted(db: Kysely<DB>, organizationId: string, id: string): Promise<boolean> {
  const deleted = await db
    .updateTable('planogram')
    .set({ deleted_at: sql`now()`, updated_at: sql`now()` })
    .where('organization_id', '=', organizationId)
    .where('id', '=', id)
    .where('deleted_at', 'is', null)
    .returning('id')
    .executeTakeFirst();
  return deleted !== undefined;
}

/** The next version. The caller has inserted or locked the planogram. @param validFrom null: for all pictures */
export async function insertVersion(
  trx: Transaction<DB>,
  organizationId: string,
  planogramId: string,
  { fixture, validFrom }: { fixture: Fixture; validFrom: Date | null },
): Promise<void> {
  await sql`
    insert into planogram_version (organization_id, planogram_id, version, valid_from, fixture)
    select ${organizationId}, ${planogramId}, coalesce(max(version), 0) + 1, ${validFrom}::timestamptz,
      ${JSON.stringify(fixture)}::jsonb
    from planogram_version where organization_id = ${organizationId} and planogram_id = ${planogramId}`.execute(trx);
}

/** The latest first. */
export async function listVersions(
  db: Kysely<DB>,
  organizationId: string,
  planogramId: string,
  { after, limit }: Keyset,
): Promise<PlanogramVersionRow[]> {
  const rows = await db
    .selectFrom('planogram_version')
    .selectAll()
    .where('organization_id', '=', organizationId)
    .where('planogram_id', '=', planogramId)
    .$if(after !== null, (query) => query.where('version', '<', Number(after)))
    .orderBy('version', 'desc')
    .limit(limit)
    .execute();
  return rows.map(asVersion);
}

export async function countVersions(db: Kysely<DB>, organizationId: string, planogramId: string): Promise<number> {
  const { count } = await db
    .selectFrom('planogram_version')
    .where('organization_id', '=', organizationId)
    .where('planogram_id', '=', planogramId)
    .select(countRows().as('count'))
    .executeTakeFirstOrThrow();
  return count;
}

/** Only insertVersion writes the column. */
export function asVersion(row: Selectable<PlanogramVersion>): PlanogramVersionRow {
  return row as unknown as PlanogramVersionRow;
}
