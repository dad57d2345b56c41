import type { Kysely, Transaction } from 'kysely';
import type { DB } from '../database/types.generated.ts';
import { InsufficientCreditsError } from '../user-error.ts';
import { foldCredits, insertCreditEntry, sumCredits } from './credits.repository.ts';
import { getPlan, lockAllowance } from './organizations.repository.ts';

/** The balance; null if the plan is not metered. */
export async function readCredits(db: Kysely<DB>, organizationId: string): Promise<number | null> {
  const { metered } = await getPlan(db, organizationId);
  return metered ? sumCredits(db, organizationId) : null;
}

/**
 * Takes one credit for each of `count` analyses from the balance, or none at all. Other requests that spend wait from here to the
 * end of the transaction: call it as late as possible, but before anything is written that a rollback would leave behind, and
 * before blobs are stored (storeReceived), which takes its locks after this one.
 * @param of the batch to charge, or the analysis that was submitted alone.
 * @throws InsufficientCreditsError
 */
export async function consumeCredits(
  trx: Transaction<DB>,
  organizationId: string,
  count: number,
  of: { batchId: string } | { analysisId: string },
): Promise<void> {
  if (count === 0) return;
  const { metered } = await lockAllowance(trx, organizationId);
  if (!metered) return;
  const available = await sumCredits(trx, organizationId);
  if (available < count) throw new InsufficientCreditsError(count, available);
  await insertCreditEntry(trx, organizationId, { ...of, amount: -count, reason: 'ANALYSIS' });
  await foldCredits(trx, organizationId);
}

/** The balance is a 32-bit number in the API. */
const mostCredits = 2_000_000_000;

/**
 * Adds credits; a negative number withdraws them, even below 0.
 * @returns the balance, whether or not the plan is metered.
 * @throws if the balance would exceed 2,000,000,000.
 */
export async function grantCredits(db: Kysely<DB>, organizationId: string, amount: number): Promise<number> {
  return db.transaction().execute(async (trx) => {
    await insertCreditEntry(trx, organizationId, { amount, reason: 'GRANT' });
    const left = await sumCredits(trx, organizationId);
    if (left > mostCredits)
      throw new Error(`The balance would be ${left} credits; at most ${mostCredits} are allowed.`);
    return left;
  });
}
