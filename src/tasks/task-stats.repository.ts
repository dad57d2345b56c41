import { type Kysely, type RawBuilder, type SqlBool, sql } from 'kysely';
import { openStatuses } from '../analyses/life.ts';
import { areTasksSummed } from '../analyses/task-sums/backfill.repository.ts';
import { endedParts, isOfTask, type TaskAnalyses } from '../analyses/task-sums/read.repository.ts';
import type { DB } from '../database/types.generated.ts';

export interface TaskStats {
  counts: Partial<Record<string, number>>;
  /** Mean over those that succeeded; null if none did. */
  meanDurationSeconds: number | null;
}

/** Counts a task's analyses by status, those that were submitted within the range and that the caller sees. */
export async function getTaskStats(db: Kysely<DB>, of: TaskAnalyses): Promise<TaskStats> {
  const rows = await ((await areTasksSummed(db)) ? readSums(db, of) : countEach(db, isOfTask(of)));
  return {
    counts: Object.fromEntries(rows.map(({ status, count }) => [status, count])),
    meanDurationSeconds: rows.find(({ status }) => status === 'SUCCEEDED')?.meanSeconds ?? null,
  };
}

interface Row {
  status: string;
  count: number;
  meanSeconds: number | null;
}

/** Until the sums have all analyses of an upgraded installation. */
async function countEach(db: Kysely<DB>, matches: RawBuilder<SqlBool>): Promise<Row[]> {
  const { rows } = await sql<Row>`
    select status, count(*)::float8 as count,
      extract(epoch from avg(finished_at - started_at))::double precision as "meanSeconds"
    from analysis where ${matches} group by status`.execute(db);
  return rows;
}

/** Those that have not ended are few, and counted: recording each submission would cost more than counting them now and then. */
async function readSums(db: Kysely<DB>, of: TaskAnalyses): Promise<Row[]> {
  const { sums, rest } = endedParts(of);
  const { rows } = await sql<Row>`
    select status, sum(count)::float8 as count,
      (round((sum(duration_us) / nullif(sum(count), 0))::float8) / 1000000) as "meanSeconds"
    from (
      select by_status.* from (
        select sum(succeeded) as succeeded, sum(failed) as failed, sum(canceled) as canceled, sum(expired) as expired,
          sum(duration_us) as duration_us
        from (${sums}) part) summed
      cross join lateral (values ('SUCCEEDED', succeeded, duration_us), ('FAILED', failed, null), ('CANCELED', canceled, null),
        ('EXPIRED', expired, null)) by_status(status, count, duration_us)
      union all
      select status, count(*), null from analysis
      where status = any(${openStatuses}) and ${isOfTask(of)} group by status
      union all
      select status, count(*), sum(extract(epoch from finished_at - started_at) * 1000000) from analysis where ${rest}
      group by status
    ) counted
    group by status having sum(count) > 0`.execute(db);
  return rows;
}
