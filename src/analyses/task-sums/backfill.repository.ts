import { type Kysely, sql, type Transaction } from 'kysely';
import type { DB } from '../../database/types.generated.ts';
import { untilDone } from '../../shared/until-done.ts';
import { backfillLock, endedChanges } from './changes.repository.ts';

/** Workers that end analyses wait meanwhile, for some tens of milliseconds. */
const analysesAtOnce = 500;
const last = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

/**
 * Sums the analyses that had ended before the sums began, in the order of their ids. It resumes where it was stopped, also in another
 * process.
 * @returns how many it looked at.
 */
export function sumOldAnalyses(db: Kysely<DB>, stop: AbortSignal): Promise<number> {
  return untilDone(analysesAtOnce, () => db.transaction().execute(sumSome), stop);
}

/** @returns how many it looked at; less than a full step: nothing is left, it is not time yet, or another process is doing it. */
async function sumSome(trx: Transaction<DB>): Promise<number> {
  const { rows: progress } = await sql<{ after: string }>`
    select after from task_sum_backfill where finished_at is null and begins_at <= now() for update skip locked`.execute(
    trx,
  );
  if (progress.length === 0) return 0;
  const { after } = progress[0]!;
  // The rows need no lock: whoever is changing one of them records it only if that is found to be summed afterwards.
  await sql`select pg_advisory_xact_lock(${backfillLock})`.execute(trx);
  const { rows } = await sql<{ id: string }>`
    select id from analysis where id > ${after} order by id limit ${analysesAtOnce}`.execute(trx);
  const isLast = rows.length < analysesAtOnce;
  const reached = isLast ? last : rows.at(-1)!.id;
  await sql`
    update task_sum_backfill set after = ${reached}, finished_at = case when ${isLast} then now() end`.execute(trx);
  await endedChanges(sql`a.id > ${after} and a.id <= ${reached}`, 1).execute(trx);
  return rows.length;
}

/** Whether the sums have all analyses. Once they do, they always will. */
export async function areTasksSummed(db: Kysely<DB>): Promise<boolean> {
  const { rows } = await sql`select from task_sum_backfill where finished_at is not null`.execute(db);
  return rows.length > 0;
}
