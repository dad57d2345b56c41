import { sql, type Transaction } from 'kysely';
import type { DB } from '../database/types.generated.ts';
import { newId } from '../ids.ts';

/**
 * Notes that images or videos were submitted for visits: those that are new begin, and those that were closed are open again, since field uploads
 * come late.
 */
export async function noteVisits(
  trx: Transaction<DB>,
  organizationId: string,
  visitIds: readonly (string | null)[],
): Promise<void> {
  // In one order, so that two submissions do not wait for each other.
  const named = [...new Set(visitIds.filter((visitId) => visitId !== null))].sort();
  if (named.length === 0) return;
  const ids = named.map(() => newId());
  await sql`
    insert into visit (id, organization_id, visit_id)
    select id, ${organizationId}, visit_id from unnest(${ids}::uuid[], ${named}::text[]) as named(id, visit_id)
    on conflict (organization_id, visit_id)
    do update set status = 'OPEN', active_at = now(), closed_at = null`.execute(trx);
}
