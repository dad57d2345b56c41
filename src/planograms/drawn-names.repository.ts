import { type Kysely, sql } from 'kysely';
import type { DB } from '../database/types.generated.ts';

/** The name of a planogram, and those of items, by id. */
export async function findDrawnNames(
  db: Kysely<DB>,
  organizationId: string,
  planogramId: string,
  itemIds: readonly string[],
): Promise<{ title: string; names: Map<string, string> }> {
  const { rows } = await sql<{ id: string; name: string }>`
    select id, name from catalog_item where organization_id = ${organizationId} and id = any(${[...itemIds]}::uuid[])
    union all
    select id, name from planogram where organization_id = ${organizationId} and id = ${planogramId}`.execute(db);
  const names = new Map(rows.map(({ id, name }) => [id, name]));
  return { title: names.get(planogramId) ?? '', names };
}
