import { type Kysely, type Selectable, sql, type Transaction, type UpdateObject } from 'kysely';
import type { ResultBasis } from '../analyses/corrections/correction.ts';
import type { Keyset } from '../database/keyset.ts';
import { countRows } from '../database/pool.ts';
import type { DB, Export } from '../database/types.generated.ts';
import { appendEvents } from '../events/log.ts';
import { exportAnalysesJob } from '../jobs/definitions.ts';
import { hasLiveJob } from '../jobs/jobs.repository.ts';
import { type Failure, failureColumns } from '../shared/failure.ts';
import type { MediaType } from '../shared/media-type.ts';
import { type ExportFormat, type ExportStatus, isExportSettled } from './export-status.ts';

export type ExportRow = Selectable<Export>;

export function findExports(db: Kysely<DB>, organizationId: string, ids: readonly string[]): Promise<ExportRow[]> {
  return db
    .selectFrom('export')
    .selectAll()
    .where('organization_id', '=', organizationId)
    .where('id', '=', sql<string>`any(${[...ids]}::uuid[])`)
    .execute();
}

/** Newest first. */
export function listExports(db: Kysely<DB>, organizationId: string, page: Keyset): Promise<ExportRow[]> {
  return db
    .selectFrom('export')
    .selectAll()
    .where('organization_id', '=', organizationId)
    .$if(page.after !== null, (query) => query.where('id', '<', page.after))
    .orderBy('id', 'desc')
    .limit(page.limit)
    .execute();
}

export async function countExports(db: Kysely<DB>, organizationId: string, status?: ExportStatus): Promise<number> {
  const { count } = await db
    .selectFrom('export')
    .select(countRows().as('count'))
    .where('organization_id', '=', organizationId)
    .$if(status !== undefined, (query) => query.where('status', '=', status!))
    .executeTakeFirstOrThrow();
  return count;
}

/** The state of an export when a stream about it begins; nothing if it does not exist. */
export async function readExportMember(trx: Transaction<DB>, organizationId: string, id: string) {
  const rows = await findExports(trx, organizationId, [id]);
  return rows.map((row) => ({
    entityId: row.id,
    settled: isExportSettled(row.status),
    state: { status: row.status },
    at: row.finished_at ?? row.created_at,
  }));
}

export interface NewExport {
  id: string;
  organizationId: string;
  format: ExportFormat;
  /** As returned by storeFilter. */
  filter: string;
  byte_order_mark: boolean;
  basis: ResultBasis;
  media_type: MediaType;
}

/** RUNNING, with its first event. */
export async function insertExport(
  trx: Transaction<DB>,
  { id, organizationId, ...values }: NewExport,
): Promise<ExportRow> {
  const row = await trx
    .insertInto('export')
    .values({ id, organization_id: organizationId, ...values })
    .returningAll()
    .executeTakeFirstOrThrow();
  await appendExportEvent(trx, row);
  return row;
}

/** The outcome of a successful export. */
export interface WrittenExport {
  byteSize: number;
  rows: number;
}

/** RUNNING → SUCCEEDED, with its event; its file is kept for the organisation's retention period. false: it had already ended. */
export function succeedExport(
  db: Kysely<DB>,
  organizationId: string,
  id: string,
  { byteSize, rows }: WrittenExport,
): Promise<boolean> {
  return endExport(db, organizationId, id, {
    status: 'SUCCEEDED',
    byte_size: String(byteSize),
    row_count: String(rows),
    expires_at: sql<Date>`now() + ${keptDays(organizationId)} * interval '1 day'`,
  });
}

/** Retention period of the organisation's exports, in days. */
function keptDays(organizationId: string) {
  return sql<number>`(select export_days from organization where id = ${organizationId})`;
}

/** RUNNING → FAILED, with its event. false: it had already ended. */
export function failExport(db: Kysely<DB>, organizationId: string, id: string, failure: Failure): Promise<boolean> {
  return endExport(db, organizationId, id, { status: 'FAILED', ...failureColumns(failure) });
}

function endExport(
  db: Kysely<DB>,
  organizationId: string,
  id: string,
  values: UpdateObject<DB, 'export'>,
): Promise<boolean> {
  return db.transaction().execute(async (trx) => {
    const row = await trx
      .updateTable('export')
      .set({ ...values, finished_at: sql`now()` })
      .where('organization_id', '=', organizationId)
      .where('id', '=', id)
      .where('status', '=', 'RUNNING')
      .returningAll()
      .executeTakeFirst();
    if (row) await appendExportEvent(trx, row);
    return row !== undefined;
  });
}

/** Exports of all organisations whose retention period has ended, for cleaning. At most 1,000 at a time. */
export function findOverdueExports(db: Kysely<DB>): Promise<Pick<ExportRow, 'id' | 'organization_id'>[]> {
  return db
    .selectFrom('export')
    .select(['id', 'organization_id'])
    .where('status', '=', 'SUCCEEDED')
    .where('expires_at', '<=', sql<Date>`now()`)
    .orderBy('expires_at')
    .limit(1_000)
    .execute();
}

/** SUCCEEDED → EXPIRED, with its event. */
export async function expireExport(db: Kysely<DB>, organizationId: string, id: string): Promise<void> {
  await db.transaction().execute(async (trx) => {
    const row = await trx
      .updateTable('export')
      .set({ status: 'EXPIRED' })
      .where('organization_id', '=', organizationId)
      .where('id', '=', id)
      .where('status', '=', 'SUCCEEDED')
      .returningAll()
      .executeTakeFirst();
    if (row) await appendExportEvent(trx, row);
  });
}

/**
 * Exports of all organisations that are RUNNING without a job that could end them: their worker died in the last attempt. An export
 * and its job are created in one transaction, so a new export is never without a job.
 */
export async function findStrandedExports(db: Kysely<DB>): Promise<Pick<ExportRow, 'id' | 'organization_id'>[]> {
  const { rows } = await sql<Pick<ExportRow, 'id' | 'organization_id'>>`
    select id, organization_id from export
    where status = 'RUNNING' and not ${hasLiveJob(exportAnalysesJob, sql.ref('export.id'))}
    limit 1000`.execute(db);
  return rows;
}

async function appendExportEvent(trx: Transaction<DB>, row: ExportRow): Promise<void> {
  await appendEvents(trx, [
    { organizationId: row.organization_id, kind: 'EXPORT', entityId: row.id, state: { status: row.status } },
  ]);
}
