import { type Kysely, type RawBuilder, type SqlBool, sql, type Transaction } from 'kysely';
import type { CorrectionRow, CorrectionStatus } from '../analyses/corrections/correction.ts';
import { firstRunOf } from '../analyses/corrections/run-corrections.repository.ts';
import { seesAnalysis } from '../analyses/narrowing-filter.ts';
import { type DateTimeRange, isBounded, within } from '../database/filters.ts';
import type { Keyset } from '../database/keyset.ts';
import { byId, creationColumn, type ListPart, type OrderedRow, readOrdered } from '../database/ordered-list.ts';
import type { DB } from '../database/types.generated.ts';
import { OutOfOrderError, writtenLater } from '../events/order.ts';
import type { Narrowing } from '../shared/narrowing.ts';

/** Conditions; an absent one does not restrict. */
export interface CorrectionFilter {
  ids?: readonly string[] | undefined;
  taskId?: string | undefined;
  /** Those of all runs of its picture. */
  analysisId?: string | undefined;
  status?: CorrectionStatus | undefined;
  /** The item that they name. */
  catalogItemId?: string | undefined;
  createdAt?: DateTimeRange | undefined;
  /** What the caller is limited to. */
  narrowing?: Narrowing | null | undefined;
}

/** With `analysis`, the run that each was made on, only where a condition needs it: it is four pages for each correction. */
function fromCorrection({ taskId, narrowing }: CorrectionFilter): RawBuilder<unknown> {
  if (!taskId && !narrowing) return sql`from correction`;
  return sql`from correction join analysis
    on analysis.organization_id = correction.organization_id and analysis.id = correction.analysis_id`;
}

/** For a query of {@link fromCorrection}. */
function matches(organizationId: string, filter: CorrectionFilter): RawBuilder<SqlBool> {
  const all = [sql<SqlBool>`correction.organization_id = ${organizationId}`];
  if (filter.ids) all.push(sql`correction.id = any(${[...filter.ids]}::uuid[])`);
  if (filter.taskId) all.push(sql`analysis.task_id = ${filter.taskId}`);
  if (filter.status) all.push(sql`correction.status = ${filter.status}`);
  if (filter.catalogItemId) all.push(sql`correction.catalog_item_id = ${filter.catalogItemId}`);
  if (filter.analysisId)
    all.push(sql`correction.first_run = (
      select ${firstRunOf('run')} from analysis run
      where run.organization_id = ${organizationId} and run.id = ${filter.analysisId})`);
  all.push(...within(sql`correction.created_at`, filter.createdAt));
  if (filter.narrowing) all.push(seesAnalysis(filter.narrowing));
  return sql.join<SqlBool>(all, sql` and `);
}

export async function findCorrections(
  db: Kysely<DB>,
  organizationId: string,
  ids: readonly string[],
  narrowing: Narrowing | null = null,
): Promise<CorrectionRow[]> {
  const filter: CorrectionFilter = { ids, narrowing };
  const { rows } = await sql<CorrectionRow>`
    select correction.* ${fromCorrection(filter)} where ${matches(organizationId, filter)}`.execute(db);
  return rows;
}

export type ListedCorrection = CorrectionRow & OrderedRow;

const id = sql`correction.id`;
const createdAt = creationColumn(sql`correction.created_at`, id);

/** Newest first. */
export function listCorrections(
  db: Kysely<DB>,
  organizationId: string,
  filter: CorrectionFilter,
  page: Keyset,
): Promise<ListedCorrection[]> {
  const read = async ({ condition, orderBy, limit }: ListPart, columns = sql`correction.*`) => {
    const { rows } = await sql<ListedCorrection>`
      select ${columns} ${fromCorrection(filter)}
      where ${matches(organizationId, filter)} and ${condition} order by ${orderBy} limit ${limit}`.execute(db);
    return rows;
  };
  if (!isBounded(filter.createdAt)) return read(byId(id, 'DESC', page));
  return readOrdered(createdAt, 'DESC', page, (part) =>
    read(part, sql`correction.*, ${createdAt.text} as order_value`),
  );
}

export async function countCorrections(
  db: Kysely<DB>,
  organizationId: string,
  filter: CorrectionFilter,
): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*)::int as count ${fromCorrection(filter)} where ${matches(organizationId, filter)}`.execute(db);
  return rows[0]!.count;
}

/**
 * All corrections of these pictures, locked. Lock the runs first (lockRuns), so that no other is added meanwhile.
 * @throws OutOfOrderError, so call it in a transaction of `inLogOrder`.
 */
export async function lockCorrections(
  trx: Transaction<DB>,
  organizationId: string,
  firstRuns: readonly string[],
): Promise<CorrectionRow[]> {
  const { rows } = await sql<CorrectionRow & { written_later: boolean }>`
    select correction.*, ${writtenLater('correction')} as written_later from correction
    where organization_id = ${organizationId} and first_run = any(${[...new Set(firstRuns)]}::uuid[])
    order by id for update`.execute(trx);
  if (rows.some(({ written_later }) => written_later)) throw new OutOfOrderError('correction');
  return rows.map(({ written_later: _later, ...correction }) => correction);
}

export async function insertCorrections(trx: Transaction<DB>, corrections: readonly CorrectionRow[]): Promise<void> {
  if (corrections.length === 0) return;
  // created_at is that of the database, like all times.
  const rows = corrections.map(({ created_at: _now, ...row }) => row);
  await sql`
    insert into correction (
      id, organization_id, analysis_id, first_run, detection_index, box, changed_box, picture_width, picture_height, verdict,
      catalog_item_id, found_item_id, status, actor)
    select id, organization_id, analysis_id, first_run, detection_index,
      ${toNumbers('box')},
      case when changed_box is not null then ${toNumbers('changed_box')} end,
      picture_width, picture_height, verdict, catalog_item_id, found_item_id, status, actor
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r(
      id uuid, organization_id uuid, analysis_id uuid, first_run uuid, detection_index int, box jsonb, changed_box jsonb,
      picture_width int, picture_height int, verdict text,
      catalog_item_id uuid, found_item_id uuid, status text, actor text)`.execute(trx);
}

/** A column with a JSON array as an array of the database. */
function toNumbers(column: string): RawBuilder<number[]> {
  return sql`array(
    select value::float8 from jsonb_array_elements_text(${sql.ref(column)}) with ordinality as side(value, place) order by place)`;
}

export async function deleteCorrections(
  trx: Transaction<DB>,
  organizationId: string,
  ids: readonly string[],
): Promise<void> {
  if (ids.length === 0) return;
  await sql`
    delete from correction where organization_id = ${organizationId} and id = any(${[...ids]}::uuid[])`.execute(trx);
}

export async function markApplied(trx: Transaction<DB>, organizationId: string, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await sql`
    update correction set status = 'APPLIED'
    where organization_id = ${organizationId} and id = any(${[...ids]}::uuid[])`.execute(trx);
}
