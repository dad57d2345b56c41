import type { Kysely, Transaction } from 'kysely';
import type { DB } from '../database/types.generated.ts';
import { InsufficientCreditsError } from '../user-error.ts';
import { foldCredits, insertCreditEntries, sumCredits } from './credits.repository.ts';
import { getPlan, lockAllowance } from './organizations.repository.ts';

/** The balance; null if the plan is not metered. */
export async function readCredits(db: Kysely<DB>, organizationId: string): Promise<number | null> {
  const { metered } = await getPlan(db, organizationId);
  return metered ? sumCredits(db, organizationId) : null;
}

/**
 * Checks that the balance is enough for `count` credits. Other requests that spend wait from here to the end of the transaction.
 * @returns whether the plan is metered; if it is not, nothing is charged.
 * @throws InsufficientCreditsError
 */
export async function requireCredits(trx: Transaction<DB>, organizationId: string, count: number): Promise<boolean> {
  const { metered } = await lockAllowance(trx, organizationId);
  if (!metered || count === 0) return metered;
  const available = await sumCredits(trx, organizationId);
  if (available < count) throw new InsufficientCreditsError(count, available);
  return true;
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
  if (!(await requireCredits(trx, organizationId, count))) return;
  await insertCreditEntries(trx, organizationId, [{ ...of, amount: -count, reason: 'ANALYSIS' }]);
  await foldCredits(trx, organizationId);
}

/**
 * Takes what each analysis of a video costs at most, or nothing at all. Each has an entry of its own, because what it does not need is
 * given back.
 * @returns whether the plan is metered; if it is not, nothing is charged.
 * @throws InsufficientCreditsError
 */
export async function consumeCreditsOfEach(
  trx: Transaction<DB>,
  organizationId: string,
  costs: readonly { analysisId: string; credits: number }[],
): Promise<boolean> {
  const total = costs.reduce((sum, { credits }) => sum + credits, 0);
  if (!(await requireCredits(trx, organizationId, total))) return false;
  const entries = costs.filter(({ credits }) => credits > 0);
  await insertCreditEntries(
    trx,
    organizationId,
    entries.map(({ analysisId, credits }) => ({ analysisId, amount: -credits, reason: 'ANALYSIS' })),
  );
  await foldCredits(trx, organizationId);
  return true;
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
    await insertCreditEntries(trx, organizationId, [{ amount, reason: 'GRANT' }]);
    const left = await sumCredits(trx, organizationId);
    if (left > mostCredits)
      throw new Error(`The balance would be ${left} credits; at most ${mostCredits} are allowed.`);
    return left;
  });
}
