import { type RawBuilder, sql } from 'kysely';
import type { Batch, Task } from '../database/types.generated.ts';
import { type AnalysisColumn, type AnalysisRow, analysisColumns } from './columns.ts';

/** What a page of analyses reads. */
export interface ListedColumns {
  /** The id among them, and those that name what is read besides; null: all. */
  analysis: readonly AnalysisColumn[] | null;
  /** Those of the task of each, besides its id; null: tasks are not read. */
  task: readonly (keyof Task)[] | null;
  /** The same of the batch. */
  batch: readonly (keyof Batch)[] | null;
}

export const allAnalysisColumns: ListedColumns = { analysis: null, task: null, batch: null };

const neighbors = ['task', 'batch'] as const;
type Neighbor = (typeof neighbors)[number];

/** Rows of tasks and batches with their ids and the columns that were read. */
export type JoinedNeighbors = Partial<Record<Neighbor, object>>;

/** For a select from `analysis`. The names are ours, never a client's. */
export function selectAnalyses({ analysis }: ListedColumns): RawBuilder<unknown> {
  return sql.raw((analysis?.map((column) => `analysis.${column}`) ?? analysisColumns).join(', '));
}

/** The columns of tasks and batches for the same select, and their joins; null: there are none. */
export function joinNeighbors(
  listed: ListedColumns,
  organizationId: string,
): { columns: RawBuilder<unknown>; joins: RawBuilder<unknown> } | null {
  const read = neighbors.filter((name) => listed[name]?.length);
  if (read.length === 0) return null;
  const columns = read.flatMap((name) => listed[name]!.map((column) => `${name}.${column} as "${name}.${column}"`));
  const joins = read.map(
    (name) => sql`
      left join ${sql.raw(name)} on ${sql.raw(name)}.organization_id = ${organizationId}
        and ${sql.raw(name)}.id = analysis.${sql.raw(name)}_id`,
  );
  return { columns: sql.raw(columns.join(', ')), joins: sql.join(joins, sql` `) };
}

/** Puts the columns of the task and of the batch of a row into objects. An id names a row that exists, as the foreign keys require. */
export function neighborsOf(row: Partial<AnalysisRow>, listed: ListedColumns): JoinedNeighbors {
  const values = row as Record<string, unknown>;
  const found: JoinedNeighbors = {};
  for (const name of neighbors) {
    const columns = listed[name];
    const id = row[`${name}_id`];
    if (columns === null || id == null) continue;
    const neighbor: Record<string, unknown> = { id };
    for (const column of columns) neighbor[column] = values[`${name}.${column}`];
    found[name] = neighbor;
  }
  return found;
}
