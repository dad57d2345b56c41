import { type Kysely, sql } from 'kysely';
import { seesAnalysis } from '../analyses/narrowing-filter.ts';
import { type DateTimeRange, within } from '../database/filters.ts';
import { countRows } from '../database/pool.ts';
import type { DB } from '../database/types.generated.ts';
import type { Narrowing } from '../shared/narrowing.ts';

export interface TaskStats {
  counts: Partial<Record<string, number>>;
  /** Mean over those that succeeded; null if none did. */
  meanDurationSeconds: number | null;
}

/** Counts a task's analyses by status, those that were submitted within the range and that the caller sees. */
export async function getTaskStats(
  db: Kysely<DB>,
  organizationId: string,
  taskId: string,
  createdAt: DateTimeRange | null,
  narrowing: Narrowing | null,
): Promise<TaskStats> {
  const rows = await db
    .selectFrom('analysis')
    .where('organization_id', '=', organizationId)
    .where('task_id', '=', taskId)
    .where((eb) => eb.and(within(sql`analysis.created_at`, createdAt)))
    .where(seesAnalysis(narrowing))
    .select([
      'status',
      countRows().as('count'),
      sql<number | null>`extract(epoch from avg(finished_at - started_at))::double precision`.as('mean_seconds'),
    ])
    .groupBy('status')
    .execute();
  return {
    counts: Object.fromEntries(rows.map(({ status, count }) => [status, count])),
    meanDurationSeconds: rows.find(({ status }) => status === 'SUCCEEDED')?.mean_seconds ?? null,
  };
}
