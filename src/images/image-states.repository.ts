import { type Kysely, sql } from 'kysely';
import type { DB } from '../database/types.generated.ts';
import type { EventState } from '../events/event.ts';
import { isImageSettled } from './life.ts';

/** The states of images in the form of events. Images that do not exist are left out. */
export async function findImageStates(db: Kysely<DB>, organizationId: string, ids: readonly string[]) {
  const rows = await db
    .selectFrom('image')
    .where('organization_id', '=', organizationId)
    .where('id', '=', sql<string>`any(${ids}::uuid[])`)
    .select(['id', 'status', 'indexing_status', 'created_at'])
    .execute();
  return rows.map((row) => {
    const state: EventState<'IMAGE'> = { status: row.status, indexingStatus: row.indexing_status };
    return { entityId: row.id, state, settled: isImageSettled(state), at: row.created_at };
  });
}
