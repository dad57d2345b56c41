import type { Kysely, Transaction } from 'kysely';
import type { DB } from '../database/types.generated.ts';
import { InsufficientCreditsError } from '../user-error.ts';
import { foldCredits, insertCreditEntry, sumCredits } from './credits.repository.ts';
import { getPlan, lockAllowance } from './organizations.repository.ts';

/** What is left; null when the plan is not metered. */
export async function readCredits(db: Kysely<DB>, organizationId: string): Promise<number | null> {
  const { metered } = await getPlan(db, organizationId);
  return metered ? sumCredits(db, organizationId) : null;
}

/**
 * Takes one credit for each of `count` analyses from what is left, or none at all. Everybody else who spends waits from
 * here to the end of the transaction: call it as late as is possible before anything is written that a rollback would leave
 * behind, and before blobs are stored (storeReceived), which takes its locks after this one.
 *
 * @param of what is charged for: a batch, or an analysis that was submitted alone.
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

/** What is left is told as a 32-bit number. */
const mostCredits = 2_000_000_000;

/**
 * Adds credits; a negative number takes them back, also below 0.
 * @returns what is left, whether or not the plan is metered.
 * @throws when more than 2,000,000,000 would be left.
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
