import { type Kysely, sql, type Transaction } from 'kysely';
import type { DB } from '../../database/types.generated.ts';
import { inLogOrder } from '../../events/order.ts';
import { untilDone } from '../../shared/until-done.ts';
import { markCounted, noteInStats } from './changes.repository.ts';

/** Number of rows locked together, for about ten milliseconds. */
const analysesAtOnce = 500;
/** For this long after the migration, processes of the previous version may submit analyses without counting them. */
const overlapHours = 24;

/**
 * Counts the analyses that a version without counters submitted, oldest first. It resumes where it was stopped.
 * @returns how many it counted.
 */
export async function countOldAnalyses(db: Kysely<DB>, stop: AbortSignal): Promise<number> {
  let counted = 0;
  const takeStep = async () => {
    const step = await inLogOrder(db, countSome);
    counted += step.counted;
    return step.seen;
  };
  await untilDone(analysesAtOnce, takeStep, stop);
  return counted;
}

interface Step {
  seen: number;
  counted: number;
}

/** Nothing is seen when the backfill is complete, or another process is doing it. */
async function countSome(trx: Transaction<DB>): Promise<Step> {
  const { rows: progress } = await sql<{ after: string }>`
    select after from analysis_stats_backfill where finished_at is null for update skip locked`.execute(trx);
  if (progress.length === 0) return { seen: 0, counted: 0 };
  const { rows } = await sql<{ id: string; counted: boolean | null }>`
    select id, counted from analysis where id > ${progress[0]!.after} order by id limit ${analysesAtOnce} for update`.execute(
    trx,
  );
  const old = rows.flatMap(({ id, counted }) => (counted === null ? [id] : []));
  const latest = await findLatestRuns(trx, old);
  await markCounted(trx, latest, true);
  await markCounted(
    trx,
    old.filter((id) => !latest.includes(id)),
    false,
  );
  await noteInStats(trx, latest, 'COUNTED');
  await sql`
    update analysis_stats_backfill set after = ${rows.at(-1)?.id ?? progress[0]!.after}, finished_at = case
      when ${rows.length < analysesAtOnce} and started_at < now() - ${overlapHours} * interval '1 hour' then now() end`.execute(
    trx,
  );
  return { seen: rows.length, counted: latest.length };
}

/** Those of them that were not rerun later. */
async function findLatestRuns(trx: Transaction<DB>, ids: readonly string[]): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select a.id from analysis a where a.id = any(${[...ids]}::uuid[]) and not exists (
      select from analysis run where run.organization_id = a.organization_id and run.rerun_of is not null and run.id > a.id
        and coalesce(run.first_run, run.rerun_of) in (a.id, coalesce(a.first_run, a.rerun_of, a.id)))`.execute(trx);
  return rows.map(({ id }) => id);
}
