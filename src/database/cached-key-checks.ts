import { sql, type Transaction } from 'kysely';
import type { DB } from './types.generated.ts';

/** For fewer rows, two statements more take as long as what they save. */
const worthwhileRows = 10;

/**
 * Runs an INSERT of many rows so that PostgreSQL plans each check of a foreign key once, and not for each row anew as our sessions do
 * otherwise (see session.ts): a submission has seven checks for each image, and planning them was two thirds of its time in PostgreSQL.
 *
 * Plans of earlier transactions are discarded. They may be of a time when a table was small, and read all of it.
 *
 * The INSERT itself is planned without knowing its parameters, so it must not look for rows by them.
 *
 * @param rowCount number of rows that it inserts
 */
export async function withCachedKeyChecks(
  trx: Transaction<DB>,
  rowCount: number,
  insert: () => Promise<unknown>,
): Promise<void> {
  if (rowCount < worthwhileRows) {
    await insert();
    return;
  }
  await sql`discard plans; set local plan_cache_mode = force_generic_plan`.execute(trx);
  await insert();
  await sql`set local plan_cache_mode = force_custom_plan`.execute(trx);
}
