import { type Kysely, type RawBuilder, type SqlBool, sql } from 'kysely';
import { isBounded } from '../database/filters.ts';
import type { Keyset } from '../database/keyset.ts';
import { merged } from '../database/merged-list.ts';
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
import { type AnalysisStatus, analysisStatuses, isTerminal, openStatuses } from './life.ts';
import {
  allAnalysisColumns,
  type JoinedNeighbors,
  joinNeighbors,
  type ListedColumns,
  neighborsOf,
  selectAnalyses,
} from './listed-columns.repository.ts';
import { mostAlternatives, seesAnalysisBy } from './narrowing-filter.ts';

export type AnalysisOrder = ListOrder<'CREATED_AT' | 'FINISHED_AT' | 'CONFIDENCE'>;

/** The columns that were read, and the task and the batch if they were. */
export type ListedAnalysis = Pick<AnalysisRow, 'id'> & Partial<AnalysisRow> & { neighbors?: JoinedNeighbors };

const id = sql`analysis.id`;
const everything = sql<SqlBool>`true`;
const isOpen = sql<SqlBool>`analysis.status = any(${openStatuses}::text[])`;

interface AnalysisOrderColumn extends OrderColumn {
  /** Only analyses with these statuses have a value. */
  valued: readonly AnalysisStatus[];
  /** The statuses of those without one, for each condition of `withoutValue`. */
  unvalued: readonly (readonly AnalysisStatus[])[];
}

const endedStatuses = analysisStatuses.filter(isTerminal);

/** Each has an index that begins with the organisation. */
const orderColumns: Record<AnalysisOrder['field'], AnalysisOrderColumn> = {
  CREATED_AT: { ...creationColumn(sql`analysis.created_at`, id), valued: analysisStatuses, unvalued: [] },
  FINISHED_AT: {
    ...timeColumn(sql`analysis.finished_at`, id),
    withoutValue: [isOpen],
    valued: endedStatuses,
    unvalued: [openStatuses],
  },
  CONFIDENCE: {
    ...numberColumn(sql`analysis.confidence`, id),
    withoutValue: [isOpen, sql`analysis.finished_at is not null`],
    valued: ['SUCCEEDED'],
    unvalued: [openStatuses, endedStatuses],
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

/** The statuses that all filters allow, null: any; and the filters without them. */
function takeStatuses(filters: readonly AnalysisFilter[]) {
  const named = filters.flatMap(({ statuses }) => (statuses ? [statuses] : []));
  const statuses =
    named.length === 0 ? null : analysisStatuses.filter((one) => named.every((all) => all.includes(one)));
  return { statuses, others: filters.map((filter) => ({ ...filter, statuses: undefined })) };
}

/** What the caller sees, as alternatives, and the filters without it. */
function takeNarrowing(filters: readonly AnalysisFilter[], statusCount: number) {
  const limited = filters.findIndex(({ narrowing }) => narrowing);
  if (limited < 0) return { seen: [everything], others: filters };
  const seen = seesAnalysisBy(filters[limited]!.narrowing!);
  if (seen.length * statusCount > mostAlternatives) return { seen: [everything], others: filters };
  return { seen, others: filters.with(limited, { ...filters[limited], narrowing: null }) };
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
  const { statuses, others: ofAnyStatus } = takeStatuses(bounded);
  const { seen, others } = takeNarrowing(ofAnyStatus, statuses?.length ?? 1);
  const alternatives = (wanted: readonly AnalysisStatus[] | null) =>
    wanted === null
      ? seen
      : wanted.flatMap((status) => seen.map((sees) => sql<SqlBool>`analysis.status = ${status} and ${sees}`));
  const query = pageQuery(analysisMatches(organizationId, others), selectAnalyses(listed));
  const read = async (statement: RawBuilder<ListedAnalysis>) => (await statement.execute(db)).rows;
  if (field !== 'CREATED_AT' || bounded.some(({ createdAt }) => isBounded(createdAt))) {
    const by = orderColumns[field];
    return readOrdered(by, direction, page, async (part) => {
      const possible = part.kind === null ? by.valued : by.unvalued[part.kind]!;
      const wanted = statuses?.filter((status) => possible.includes(status)) ?? null;
      return wanted?.length === 0 ? [] : read(query(part, alternatives(wanted), by));
    });
  }
  if (statuses?.length === 0) return [];
  const part = byId(id, direction, page);
  const joined = joinNeighbors(listed, organizationId);
  const own = query(part, alternatives(statuses));
  const statement =
    joined === null
      ? own
      : // The page first: the joins must not decide how it is found. A property that is added to a row later takes an object of its own.
        sql<ListedAnalysis>`
          select analysis.*, ${joined.columns}, null as neighbors from (${own}) analysis ${joined.joins} order by ${part.orderBy}`;
  const rows = await read(statement);
  for (const row of rows) row.neighbors = neighborsOf(row, listed);
  return rows;
}

/** The query of a part of the list, of analyses to which one of the alternatives applies. With `by`, entries have their `order_value`. */
function pageQuery(where: RawBuilder<SqlBool>, own: RawBuilder<unknown>) {
  return (
    part: ListPart,
    alternatives: readonly RawBuilder<SqlBool>[],
    by?: OrderColumn,
  ): RawBuilder<ListedAnalysis> => {
    const { condition, orderBy, limit, kind } = part;
    const select = (columns: RawBuilder<unknown>, applies: RawBuilder<SqlBool>) => sql<ListedAnalysis>`
      select ${columns} from analysis where ${where} and ${applies} and ${condition} order by ${orderBy} limit ${limit}`;
    const columns = by ? sql`${own}, ${by.text} as order_value` : own;
    if (alternatives.length === 1) return select(columns, alternatives[0]!);
    const sortable = by && kind === null ? sql`${columns}, ${by.column} as order_by` : columns;
    const queries = alternatives.map((applies) => select(sortable, applies));
    return merged('analysis', by ? sql`${own}, analysis.order_value` : own, queries, part);
  };
}
