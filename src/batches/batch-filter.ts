import { type RawBuilder, type SqlBool, sql } from 'kysely';
import type { BatchStatus } from '../analyses/batch-status.ts';
import { seesBatch, seesBatchBy } from '../analyses/narrowing-filter.ts';
import { type DateTimeRange, oneOf, within } from '../database/filters.ts';
import type { Narrowing } from '../shared/narrowing.ts';

/** An absent filter does not restrict. */
export interface BatchFilter {
  taskIds?: readonly string[] | undefined;
  statuses?: readonly BatchStatus[] | undefined;
  createdAt?: DateTimeRange | undefined;
  finishedAt?: DateTimeRange | undefined;
  /** What the caller is limited to. */
  narrowing?: Narrowing | null | undefined;
}

/** The status that `batchStatus` derives from the counters. A batch has finished_at when all of its analyses have ended. */
const statusConditions: Record<BatchStatus, RawBuilder<SqlBool>> = {
  PROCESSING: sql`(batch.finished_at is null and batch.completed + batch.failed + batch.canceled + batch.expired = 0)`,
  PARTIAL: sql`(batch.finished_at is null and batch.completed + batch.failed + batch.canceled + batch.expired > 0)`,
  COMPLETED: sql`batch.finished_at is not null`,
};

/** For the `where` of a query: a batch must match every filter. */
export function batchMatches(filters: readonly BatchFilter[]): RawBuilder<SqlBool> {
  return sql.join<SqlBool>([sql`true`, ...filters.flatMap(conditions)], sql` and `);
}

/** The same as alternatives of which each batch matches one at most; each is read in the order of an index. */
export function batchAlternatives(filters: readonly BatchFilter[]): RawBuilder<SqlBool>[] {
  const limited = filters.findIndex(({ narrowing }) => narrowing);
  if (limited < 0) return [batchMatches(filters)];
  const others = batchMatches(filters.with(limited, { ...filters[limited], narrowing: null }));
  return seesBatchBy(filters[limited]!.narrowing!).map((seen) => sql<SqlBool>`${others} and ${seen}`);
}

function conditions({ taskIds, statuses, createdAt, finishedAt, narrowing }: BatchFilter): RawBuilder<SqlBool>[] {
  const all = [...within(sql`batch.created_at`, createdAt), ...within(sql`batch.finished_at`, finishedAt)];
  if (taskIds) all.push(oneOf(sql`batch.task_id`, taskIds, 'uuid'));
  if (narrowing) all.push(seesBatch(narrowing));
  if (statuses)
    all.push(sql`(${sql.join([sql`false`, ...statuses.map((status) => statusConditions[status])], sql` or `)})`);
  return all;
}
