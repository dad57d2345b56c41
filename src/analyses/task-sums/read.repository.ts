import { type RawBuilder, type SqlBool, sql } from 'kysely';
import { type DateTimeRange, oneOf, within } from '../../database/filters.ts';
import type { Narrowing } from '../../shared/narrowing.ts';
import { seesAnalysis } from '../narrowing-filter.ts';
import { partsOf } from './parts.ts';

/** The analyses of a task. */
export interface TaskAnalyses {
  organizationId: string;
  taskId: string;
  /** When they were submitted. */
  createdAt: DateTimeRange | null;
  /** What the caller is limited to; null: nothing. */
  narrowing: Narrowing | null;
}

/** For a query with `analysis`. */
export function isOfTask({ organizationId, taskId, createdAt, narrowing }: TaskAnalyses): RawBuilder<SqlBool> {
  return sql.join<SqlBool>(
    [
      sql`analysis.organization_id = ${organizationId}`,
      sql`analysis.task_id = ${taskId}`,
      ...within(sql`analysis.created_at`, createdAt),
      seesAnalysis(narrowing),
    ],
    sql` and `,
  );
}

/** Where the answer about those that have ended is read from. Read all of it in one statement: folding moves changes into sums. */
export interface EndedParts {
  /** Rows with the columns of task_sum_change. */
  sums: RawBuilder<unknown>;
  /** For a query with `analysis`: those that are in no row of `sums`. */
  rest: RawBuilder<SqlBool>;
}

const columns = sql`succeeded, failed, canceled, expired, duration_us, shelf, shelf_change`;

export function endedParts(of: TaskAnalyses): EndedParts {
  const { organizationId, taskId, createdAt, narrowing } = of;
  const placeIds = narrowing?.placeIds ?? null;
  const { sums, changes, edges } = partsOf(createdAt, placeIds !== null);
  const table = sql.table(placeIds === null ? 'task_sum' : 'task_place_sum');
  const sees = narrowing?.taskIds == null || narrowing.taskIds.includes(taskId);
  const isSeen = sql`${sql.lit(sees)} and organization_id = ${organizationId} and task_id = ${taskId}
    and ${placeIds === null ? sql`true` : oneOf(sql`place_id`, placeIds, 'text')}`;
  const during = (range: DateTimeRange) => sql.join(within(sql`starts_at`, range), sql` and `);
  const all = [
    ...sums.map(
      ({ unit, range }) => sql`
        select ${columns} from ${table} where ${isSeen} and unit = ${unit} and ${during(range)}`,
    ),
    ...(changes === null ? [] : [sql`select ${columns} from task_sum_change where ${isSeen} and ${during(changes)}`]),
  ];
  return {
    // Some table, so that the statement has the columns.
    sums: sql.join(all.length > 0 ? all : [sql`select ${columns} from task_sum where false`], sql` union all `),
    rest: sql<SqlBool>`analysis.finished_at is not null and (${sql.join(
      edges.length > 0 ? edges.map((edge) => sql`(${isOfTask({ ...of, createdAt: edge })})`) : [sql`false`],
      sql` or `,
    )})`,
  };
}
