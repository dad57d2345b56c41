import { sql } from 'kysely';
import { sumOldAnalyses } from '../../src/analyses/task-sums/backfill.repository.ts';
import { foldSomeTaskSums } from '../../src/analyses/task-sums/fold.repository.ts';
import type { TestDatabase } from './database.ts';

/** From the beginning, as after the migration, for rows that a test has written. @returns how many analyses it looked at */
export async function sumOldTasks(
  { db }: Pick<TestDatabase, 'db'>,
  stop = new AbortController().signal,
): Promise<number> {
  await forgetTaskSums({ db });
  return sumOldAnalyses(db, stop);
}

/** As after the migration of an installation with analyses, a day later. */
export async function forgetTaskSums({ db }: Pick<TestDatabase, 'db'>): Promise<void> {
  await sql`truncate task_sum, task_place_sum, task_sum_change`.execute(db);
  await sql`
    update task_sum_backfill
    set after = '00000000-0000-0000-0000-000000000000', begins_at = now(), finished_at = null`.execute(db);
}

/** Adds all changes to the sums, as a worker does from time to time. */
export async function foldTasks({ db }: Pick<TestDatabase, 'db'>): Promise<number> {
  return db.transaction().execute(foldSomeTaskSums);
}
