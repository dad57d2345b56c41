import { type RawBuilder, type SqlBool, sql } from 'kysely';
import type { BatchStatus } from '../analyses/batch-status.ts';
import { seesBatch } from '../analyses/narrowing-filter.ts';
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

function conditions({ taskIds, statuses, createdAt, finishedAt, narrowing }: BatchFilter): RawBuilder<SqlBool>[] {
  const all = [...within(sql`batch.created_at`, createdAt), ...within(sql`batch.finished_at`, finishedAt)];
  if (taskIds) all.push(oneOf(sql`batch.task_id`, taskIds, 'uuid'));
  if (narrowing) all.push(seesBatch(narrowing));
  if (statuses)
    all.push(sql`(${sql.join([sql`false`, ...statuses.map((status) => statusConditions[status])], sql` or `)})`);
  return all;
}
