import { type Kysely, sql } from 'kysely';
import type { DB } from '../database/types.generated.ts';

/** What a plan needs to know of an item. Metres. */
export interface PlannedItem {
  id: string;
  customId: string | null;
  width: number | null;
  depth: number | null;
  height: number | null;
  isArchived: boolean;
}

/** Those that exist, named by UUID or by customId. Of a customId, the item that is not archived. */
export async function findPlannedItems(
  db: Kysely<DB>,
  organizationId: string,
  { ids, customIds }: { ids: readonly string[]; customIds: readonly string[] },
): Promise<PlannedItem[]> {
  const { rows } = await sql<PlannedItem>`
    select id, custom_id as "customId", width, depth, height, status = 'ARCHIVED' as "isArchived" from catalog_item
    where organization_id = ${organizationId}
      and (id = any(${[...ids]}::uuid[]) or custom_id = any(${[...customIds]}::text[]) and status <> 'ARCHIVED')`.execute(
    db,
  );
  return rows;
}
