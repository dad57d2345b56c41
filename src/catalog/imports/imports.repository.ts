import { type Kysely, type Selectable, sql, type Transaction } from 'kysely';
import type { Keyset } from '../../database/keyset.ts';
import { countRows } from '../../database/pool.ts';
import type { CatalogImport, DB } from '../../database/types.generated.ts';
import { appendEvents } from '../../events/log.ts';
import { importCatalogJob } from '../../jobs/definitions.ts';
import { hasLiveJob } from '../../jobs/jobs.repository.ts';
import { type Failure, failureColumns } from '../../shared/failure.ts';
import type { ImportOutcome } from './row.ts';

export type CatalogImportRecord = Selectable<CatalogImport>;

/** How long an import and its rows can be read after its end. */
export const importDays = 30;

export function isImportSettled(status: string | null | undefined): boolean {
  return status != null && status !== 'RUNNING';
}

export function findImports(db: Kysely<DB>, organizationId: string, ids: readonly string[]) {
  return db
    .selectFrom('catalog_import')
    .selectAll()
    .where('organization_id', '=', organizationId)
    .where('id', '=', sql<string>`any(${[...ids]}::uuid[])`)
    .execute();
}

/** Newest first. */
export function listImports(db: Kysely<DB>, organizationId: string, page: Keyset): Promise<CatalogImportRecord[]> {
  return db
    .selectFrom('catalog_import')
    .selectAll()
    .where('organization_id', '=', organizationId)
    .$if(page.after !== null, (query) => query.where('id', '<', page.after))
    .orderBy('id', 'desc')
    .limit(page.limit)
    .execute();
}

export async function countImports(db: Kysely<DB>, organizationId: string, status?: 'RUNNING'): Promise<number> {
  const { count } = await db
    .selectFrom('catalog_import')
    .select(countRows().as('count'))
    .where('organization_id', '=', organizationId)
    .$if(status !== undefined, (query) => query.where('status', '=', status!))
    .executeTakeFirstOrThrow();
  return count;
}

/** Where an import stands when a stream about it begins; nothing when there is none. */
export async function readImportMember(trx: Transaction<DB>, organizationId: string, id: string) {
  const rows = await findImports(trx, organizationId, [id]);
  return rows.map((row) => ({
    entityId: row.id,
    settled: isImportSettled(row.status),
    state: { status: row.status },
    at: row.finished_at ?? row.created_at,
  }));
}

/** RUNNING, with its first event. */
export async function insertImport(
  trx: Transaction<DB>,
  values: { id: string; organization_id: string; dry_run: boolean; row_count: number; failed_count: number },
): Promise<CatalogImportRecord> {
  const row = await trx.insertInto('catalog_import').values(values).returningAll().executeTakeFirstOrThrow();
  await appendImportEvent(trx, row);
  return row;
}

/** A RUNNING import, locked, so that only one job works on it at a time; undefined: it has ended. */
export function lockRunningImport(trx: Transaction<DB>, organizationId: string, id: string) {
  return trx
    .selectFrom('catalog_import')
    .selectAll()
    .where('organization_id', '=', organizationId)
    .where('id', '=', id)
    .where('status', '=', 'RUNNING')
    .forUpdate()
    .executeTakeFirst();
}

/** One more row is done, with an event. */
export async function countOutcome(
  trx: Transaction<DB>,
  { id, organization_id }: Pick<CatalogImportRecord, 'id' | 'organization_id'>,
  outcome: ImportOutcome,
): Promise<void> {
  const counter = sql.ref(`${outcome.toLowerCase()}_count`);
  const { rows } = await sql<CatalogImportRecord>`
    update catalog_import set ${counter} = ${counter} + 1
    where organization_id = ${organization_id} and id = ${id} returning *`.execute(trx);
  await appendImportEvent(trx, rows[0]!);
}

/** How an import ends. */
export type ImportEnd = { status: 'SUCCEEDED' | 'CANCELED' } | { status: 'FAILED'; failure: Failure };

/** Ends a RUNNING import, with an event. false: it had ended before. */
export async function endImport(
  trx: Transaction<DB>,
  organizationId: string,
  id: string,
  end: ImportEnd,
): Promise<boolean> {
  const row = await trx
    .updateTable('catalog_import')
    .set({
      status: end.status,
      ...failureColumns(end.status === 'FAILED' ? end.failure : null),
      finished_at: sql`now()`,
    })
    .where('organization_id', '=', organizationId)
    .where('id', '=', id)
    .where('status', '=', 'RUNNING')
    .returningAll()
    .executeTakeFirst();
  if (row) await appendImportEvent(trx, row);
  return row !== undefined;
}

/** RUNNING without a job that could end them, of all organisations: their worker died in the last attempt. */
export async function findStrandedImports(
  db: Kysely<DB>,
): Promise<Pick<CatalogImportRecord, 'id' | 'organization_id'>[]> {
  const { rows } = await sql<Pick<CatalogImportRecord, 'id' | 'organization_id'>>`
    select id, organization_id from catalog_import
    where status = 'RUNNING' and not ${hasLiveJob(importCatalogJob, sql.ref('catalog_import.id'))}
    limit 1000`.execute(db);
  return rows;
}

/** Removes imports, with their rows, that ended long ago; of all organisations. */
export async function removeOldImports(db: Kysely<DB>): Promise<void> {
  await sql`
    delete from catalog_import
    where status <> 'RUNNING' and finished_at < now() - ${importDays} * interval '1 day'`.execute(db);
}

async function appendImportEvent(trx: Transaction<DB>, row: CatalogImportRecord): Promise<void> {
  await appendEvents(trx, [
    { organizationId: row.organization_id, kind: 'CATALOG_IMPORT', entityId: row.id, state: { status: row.status } },
  ]);
}
