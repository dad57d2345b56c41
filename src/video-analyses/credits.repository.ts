import { sql, type Transaction } from 'kysely';
import type { DB } from '../database/types.generated.ts';
import { newId } from '../ids.ts';
import { framesPerCredit } from './sampling.ts';

/**
 * Gives back what a video analysis was charged and did not use when it has ended.
 * It only appends to the ledger, which allows one refund of an analysis.
 * @param costsNothing true: all of it.
 */
export async function settleCredits(
  trx: Transaction<DB>,
  organizationId: string,
  id: string,
  costsNothing: boolean,
): Promise<void> {
  const used = costsNothing ? sql`0` : sql`ceil(sampled_frames / ${framesPerCredit}::float8)::integer`;
  await insertReturn(trx, organizationId, id, 'REFUND', used);
}

/** Gives back what a video analysis was charged beyond these credits, because its video turned out to be shorter. Once. */
export async function reduceCredits(
  trx: Transaction<DB>,
  organizationId: string,
  id: string,
  needed: number,
): Promise<void> {
  await insertReturn(trx, organizationId, id, 'REDUCTION', sql`${needed}::integer`);
}

async function insertReturn(
  trx: Transaction<DB>,
  organizationId: string,
  id: string,
  reason: 'REFUND' | 'REDUCTION',
  kept: ReturnType<typeof sql>,
): Promise<void> {
  await sql`
    insert into credit_entry (id, organization_id, amount, reason, analysis_id)
    select ${newId()}, ${organizationId}, held.credits - held.kept, ${reason}, ${id}
    from (
      select ${kept} as kept, (
        select coalesce(-sum(amount), 0)::integer from credit_entry entry
        where entry.organization_id = ${organizationId} and entry.analysis_id = ${id}) as credits
      from video_analysis where id = ${id}) held
    where held.credits > held.kept
    on conflict do nothing`.execute(trx);
}
