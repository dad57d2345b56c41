import { type Kysely, sql } from 'kysely';
import type { DB } from '../database/types.generated.ts';
import type { EventState } from '../events/event.ts';

/** The states of items in the form of events. Items that do not exist are left out. */
export async function findItemStates(db: Kysely<DB>, organizationId: string, ids: readonly string[]) {
  const rows = await db
    .selectFrom('catalog_item')
    .where('organization_id', '=', organizationId)
    .where('id', '=', sql<string>`any(${ids}::uuid[])`)
    .select(['id', 'status', 'updated_at'])
    .execute();
  return rows.map(({ id, status, updated_at }) => {
    const state: EventState<'CATALOG_ITEM'> = { status };
    return { entityId: id, state, settled: isItemSettled(state), at: updated_at };
  });
}

/** No further change happens without a request. */
export function isItemSettled({ status }: EventState<'CATALOG_ITEM'>): boolean {
  return status !== 'INDEXING';
}
