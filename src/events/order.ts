import { type Kysely, type RawBuilder, sql, type Transaction } from 'kysely';
import type { DB } from '../database/types.generated.ts';

/**
 * The log orders transactions by their ids. An id is assigned at a transaction's first write, which may be long before the
 * transaction can lock a row that another one is changing. The smaller id then makes the later change, and the log would report
 * CANCELED before RUNNING of the same analysis. So code that changes a row which others change too reads {@link writtenLater} while
 * locking it and throws this error when it is true; {@link inLogOrder} then runs the transaction again under a new, larger id.
 * Rejected: an advisory lock taken before the first write, since all writers of an organisation would wait for each other to
 * prevent what is rare.
 *
 * The code is that of a serialization failure, so code that retries those retries this error as well.
 */
export class OutOfOrderError extends Error {
  readonly code = '40001';
  constructor(table: string) {
    super(`A row of ${table} was changed by a transaction with a larger id than this one's; run this one again.`);
  }
}

/**
 * Whether the current version of a row was written by a transaction with a larger id than that of this one. Select it together with
 * FOR UPDATE, which waits until the other transaction has ended.
 */
export function writtenLater(alias: string): RawBuilder<boolean> {
  // age() counts from this transaction's id, or from the next one to be assigned; negative: written by a later transaction.
  return sql<boolean>`age(${sql.ref(alias)}.xmin) < 0`;
}

/** Each retry starts after the conflicting transaction has committed, so a second conflict is already rare. */
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
