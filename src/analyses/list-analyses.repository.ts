import { type Kysely, type RawBuilder, type SqlBool, sql } from 'kysely';
import { isBounded } from '../database/filters.ts';
import type { Keyset } from '../database/keyset.ts';
import {
  byId,
  creationColumn,
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
import type { AnalysisRow } from './columns.ts';
import { openStatuses } from './life.ts';
import {
  allAnalysisColumns,
  type JoinedNeighbors,
  joinNeighbors,
  type ListedColumns,
  neighborsOf,
  selectAnalyses,
} from './listed-columns.repository.ts';

export type AnalysisOrder = ListOrder<'CREATED_AT' | 'FINISHED_AT' | 'CONFIDENCE'>;

/** The columns that were read, and the task and the batch if they were. */
export type ListedAnalysis = Pick<AnalysisRow, 'id'> & Partial<AnalysisRow> & { neighbors?: JoinedNeighbors };

const id = sql`analysis.id`;
const isOpen = sql<SqlBool>`analysis.status = any(${openStatuses}::text[])`;

/** Each has an index that begins with the organisation. */
const orderColumns: Record<AnalysisOrder['field'], OrderColumn> = {
  CREATED_AT: creationColumn(sql`analysis.created_at`, id),
  FINISHED_AT: { ...timeColumn(sql`analysis.finished_at`, id), withoutValue: [isOpen] },
  CONFIDENCE: {
    ...numberColumn(sql`analysis.confidence`, id),
    withoutValue: [isOpen, sql`analysis.finished_at is not null`],
  },
};

/** The end of an analysis is told by the worker that ran it, its creation by the database. */
const clockMs = 60_000;

/** Analyses that ended before some time were created before it, so a list by creation begins there. */
function boundCreation(filter: AnalysisFilter): AnalysisFilter {
  const endedBefore = filter.finishedAt?.to;
  if (!endedBefore) return filter;
  const to = new Date(endedBefore.getTime() + clockMs);
  const known = filter.createdAt?.to;
  return { ...filter, createdAt: { ...filter.createdAt, to: known && known < to ? known : to } };
}

/**
 * A page of analyses, newest first unless `order` says otherwise.
 * @param listed which columns are read. Tasks and batches are read only in the order of creation, of all times.
 */
export async function listAnalyses(
  db: Kysely<DB>,
  organizationId: string,
  filters: readonly AnalysisFilter[],
  page: Keyset,
  { field, direction }: AnalysisOrder = newestFirst,
  listed: ListedColumns = allAnalysisColumns,
): Promise<ListedAnalysis[]> {
  const bounded = field === 'CREATED_AT' ? filters.map(boundCreation) : filters;
  const where = analysisMatches(organizationId, bounded);
  const own = selectAnalyses(listed);
  const query = ({ condition, orderBy, limit }: ListPart, columns = own) => sql<ListedAnalysis>`
    select ${columns} from analysis where ${where} and ${condition} order by ${orderBy} limit ${limit}`;
  const read = async (statement: RawBuilder<ListedAnalysis>) => (await statement.execute(db)).rows;
  if (field !== 'CREATED_AT' || bounded.some(({ createdAt }) => isBounded(createdAt))) {
    const by = orderColumns[field];
    return readOrdered(by, direction, page, (part) => read(query(part, sql`${own}, ${by.text} as order_value`)));
  }
  const part = byId(id, direction, page);
  const joined = joinNeighbors(listed, organizationId);
  const statement =
    joined === null
      ? query(part)
      : // The page first: the joins must not decide how it is found. A property that is added to a row later takes an object of its own.
        sql<ListedAnalysis>`
          select analysis.*, ${joined.columns}, null as neighbors from (${query(part)}) analysis ${joined.joins} order by ${part.orderBy}`;
  const rows = await read(statement);
  for (const row of rows) row.neighbors = neighborsOf(row, listed);
  return rows;
}
