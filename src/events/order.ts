import { type Kysely, type RawBuilder, sql, type Transaction } from 'kysely';
import type { DB } from '../database/types.generated.ts';

/**
 * The log orders transactions by their ids, and an id is drawn at a transaction's first write, which may be long before it
 * gets hold of a row that another one is changing. Then the older id makes the later change, and the log would tell
 * CANCELED before RUNNING of the same analysis.
 *
 * So whoever changes a row that others change too reads {@link writtenLater} while locking it, throws this error when it is
 * true, and is run again by {@link inLogOrder} under a new, larger id. Rejected: an advisory lock taken before the first
 * write, since all writers of an organisation would wait for each other to prevent what is rare.
 *
 * The code is that of a serialization failure, so whatever retries those retries this.
 */
export class OutOfOrderError extends Error {
  readonly code = '40001';
  constructor(table: string) {
    super(`A row of ${table} was changed by a transaction with a larger id than this one's; run this one again.`);
  }
}

/**
 * Whether a row's present version was written by a transaction with a larger id than that of the one which asks; to be
 * selected together with FOR UPDATE, whose wait is what lets the other one pass.
 */
export function writtenLater(alias: string): RawBuilder<boolean> {
  // age() counts from the own transaction's id, or the next one to be given out; negative: written by a later one.
  return sql<boolean>`age(${sql.ref(alias)}.xmin) < 0`;
}

/** Each retry starts after the transaction that it met has committed, so meeting a second one is already rare. */
const maxAttempts = 10;

/** A transaction, run again (at most ten times in all) when it throws {@link OutOfOrderError}. */
export async function inLogOrder<T>(db: Kysely<DB>, work: (trx: Transaction<DB>) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await db.transaction().execute(work);
    } catch (error) {
      if (!(error instanceof OutOfOrderError) || attempt === maxAttempts) throw error;
    }
  }
}
