import { type Kysely, sql, type Transaction } from 'kysely';
import type { DB } from '../database/types.generated.ts';
import { newId } from '../ids.ts';

export interface CreditEntry {
  /** Positive: adds to the balance. */
  amount: number;
  reason: 'GRANT' | 'ANALYSIS' | 'REDUCTION' | 'REFUND';
  /** The batch that was submitted. */
  batchId?: string;
  /** The analysis of an image that was submitted without a batch, or of a video. */
  analysisId?: string;
}

export async function insertCreditEntries(
  db: Kysely<DB>,
  organizationId: string,
  entries: readonly CreditEntry[],
): Promise<void> {
  if (entries.length === 0) return;
  await db
    .insertInto('credit_entry')
    .values(
      entries.map((entry) => ({
        id: newId(),
        organization_id: organizationId,
        amount: entry.amount,
        reason: entry.reason,
        batch_id: entry.batchId ?? null,
        analysis_id: entry.analysisId ?? null,
      })),
    )
    .execute();
}

/** The balance: the sum of the ledger, whether or not the plan is metered. */
export async function sumCredits(db: Kysely<DB>, organizationId: string): Promise<number> {
  // One statement, because folding moves entries from one of the two terms to the other.
  const { sum } = await db
    .selectFrom('organization')
    .select(
      sql<number>`(folded_credits + (
      select coalesce(sum(amount), 0) from credit_entry entry
      where entry.organization_id = organization.id and not entry.folded
    ))::double precision`.as('sum'),
    )
    .where('id', '=', organizationId)
    .executeTakeFirstOrThrow();
  return sum;
}

/** What analyses have cost, less refunds: the granted credits less the balance. */
export async function sumConsumed(db: Kysely<DB>, organizationId: string): Promise<number> {
  const { sum } = await db
    .selectFrom('organization')
    .select(
      sql<number>`((
      select coalesce(sum(amount), 0) from credit_entry entry
      where entry.organization_id = organization.id and entry.reason = 'GRANT'
    ) - folded_credits - (
      select coalesce(sum(amount), 0) from credit_entry entry
      where entry.organization_id = organization.id and not entry.folded
    ))::double precision`.as('sum'),
    )
    .where('id', '=', organizationId)
    .executeTakeFirstOrThrow();
  return sum;
}

/** This many entries are summed in a fraction of a millisecond. */
const mostUnfolded = 500;

/**
 * Folds entries when there are many, so that reading the balance costs the same after a million submissions. The organisation must
 * be locked (lockAllowance); entries that others add meanwhile stay unfolded.
 */
export async function foldCredits(trx: Transaction<DB>, organizationId: string): Promise<void> {
  await sql`
    with folded as (
      update credit_entry set folded = true
      where organization_id = ${organizationId} and not folded
        and (select count(*) from credit_entry where organization_id = ${organizationId} and not folded) > ${mostUnfolded}
      returning amount
    )
    update organization set folded_credits = folded_credits + (select coalesce(sum(amount), 0) from folded)
    where id = ${organizationId} and exists (select from folded)`.execute(trx);
}

/** The cost of each of these batches, less refunds; batches without cost are left out. */
export function sumConsumedByBatch(
  db: Kysely<DB>,
  organizationId: string,
  batchIds: readonly string[],
): Promise<{ batch_id: string | null; consumed: number }[]> {
  return db
    .selectFrom('credit_entry')
    .select(['batch_id', sql<number>`-sum(amount)::double precision`.as('consumed')])
    .where('organization_id', '=', organizationId)
    .where('batch_id', '=', sql<string>`any(${[...batchIds]}::uuid[])`)
    .groupBy('batch_id')
    .execute();
}

/**
 * Refunds the credit of each of these analyses that was charged, with its batch or alone. It only appends to the ledger, so it does
 * not wait for requests that spend.
 */
export async function refundAnalyses(trx: Transaction<DB>, analysisIds: readonly string[]): Promise<void> {
  if (analysisIds.length === 0) return;
  const refunds = analysisIds.map((analysis_id) => ({ id: newId(), analysis_id }));
  await sql`
    insert into credit_entry (id, organization_id, amount, reason, batch_id, analysis_id)
    select refund.id, a.organization_id, 1, 'REFUND', a.batch_id, a.id
    from json_to_recordset(${JSON.stringify(refunds)}::json) as refund(id uuid, analysis_id uuid)
    join analysis a on a.id = refund.analysis_id
    where exists (
      select from credit_entry charge
      where charge.organization_id = a.organization_id and charge.batch_id = a.batch_id and charge.reason = 'ANALYSIS'
    ) or exists (
      select from credit_entry charge
      where charge.organization_id = a.organization_id and charge.analysis_id = a.id and charge.reason = 'ANALYSIS'
    )
    on conflict do nothing`.execute(trx);
}
