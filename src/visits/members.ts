import type { Transaction } from 'kysely';
import type { DB } from '../database/types.generated.ts';
import type { Member } from '../events/stream.ts';
import { findVisits, type VisitStatus } from './visits.repository.ts';

/** Whether nothing follows. Another image or video opens it again. */
export function isClosed({ status }: { status: VisitStatus }): boolean {
  return status === 'CLOSED';
}

/** The states of visits when a stream about them begins; those that do not exist are left out. */
export async function readVisitMembers(
  trx: Transaction<DB>,
  organizationId: string,
  ids: readonly string[],
): Promise<Member<'VISIT'>[]> {
  const rows = await findVisits(trx, organizationId, ids);
  return rows.map((row) => ({
    entityId: row.id,
    settled: isClosed(row),
    state: { status: row.status, previousStatus: null, visitId: row.visit_id, placeIds: row.place_ids },
    at: row.closed_at ?? row.active_at,
  }));
}
