import { type Kysely, type SqlBool, sql } from 'kysely';
import type { Keyset } from '../database/keyset.ts';
import {
  byId,
  type ListOrder,
  type ListPart,
  newestFirst,
  numberColumn,
  type OrderColumn,
  readOrdered,
  timeColumn,
} from '../database/ordered-list.ts';
import type { DB } from '../database/types.generated.ts';
import { type AnalysisFilter, analysisMatches } from './analyses.repository.ts';
import { type AnalysisColumn, type AnalysisRow, analysisColumns } from './columns.ts';
import { openStatuses } from './life.ts';

export type AnalysisOrder = ListOrder<'CREATED_AT' | 'FINISHED_AT' | 'CONFIDENCE'>;

const id = sql`analysis.id`;
const allColumns = sql.raw<unknown>(analysisColumns.join(', '));

/** The names are ours, never a client's. */
function selected(columns: readonly AnalysisColumn[]) {
  return sql.raw<unknown>(columns.map((column) => `analysis.${column}`).join(', '));
}

const isOpen = sql<SqlBool>`analysis.status = any(${openStatuses}::text[])`;

/** Each has an index that begins with the organisation. */
const orderColumns: Record<Exclude<AnalysisOrder['field'], 'CREATED_AT'>, OrderColumn> = {
  FINISHED_AT: { ...timeColumn(sql`analysis.finished_at`, id), withoutValue: [isOpen] },
  CONFIDENCE: {
    ...numberColumn(sql`analysis.confidence`, id),
    withoutValue: [isOpen, sql`analysis.finished_at is not null`],
  },
};

/**
 * A page of analyses, newest first unless `order` says otherwise.
 * @param columns those that are read, the id among them; null: all. The rows lack the others, whatever their type says.
 */
export function listAnalyses(
  db: Kysely<DB>,
  organizationId: string,
  filters: readonly AnalysisFilter[],
  page: Keyset,
  { field, direction }: AnalysisOrder = newestFirst,
  columns: readonly AnalysisColumn[] | null = null,
): Promise<AnalysisRow[]> {
  const where = analysisMatches(organizationId, filters);
  // Written out as text, because kysely would build the same list of columns anew for each page.
  const own = columns === null ? allColumns : selected(columns);
  const select = async ({ condition, orderBy, limit }: ListPart, what = own) => {
    const { rows } = await sql<AnalysisRow>`
      select ${what} from analysis where ${where} and ${condition} order by ${orderBy} limit ${limit}`.execute(db);
    return rows;
  };
  if (field === 'CREATED_AT') return select(byId(id, direction, page));
  const by = orderColumns[field];
  return readOrdered(by, direction, page, (part) => select(part, sql`${own}, ${by.text} as order_value`));
}
