import { type Kysely, sql } from 'kysely';
import { seesAnalysis } from '../analyses/narrowing-filter.ts';
import type { DB } from '../database/types.generated.ts';
import type { Narrowing } from '../shared/narrowing.ts';

/** Old mistakes say little about the items and models of today. */
export const agreementOver = 100;

export interface Agreement {
  itemId: string;
  /** 0..1 */
  agreement: number;
}

/**
 * How often people confirmed that what was found as an item is it: over the last corrections of such detections. Items without any
 * are left out.
 */
export async function findAgreements(
  db: Kysely<DB>,
  organizationId: string,
  itemIds: readonly string[],
  narrowing: Narrowing | null,
): Promise<Agreement[]> {
  const { rows } = await sql<Agreement>`
    select item as "itemId", avg((said.catalog_item_id is not distinct from item)::int)::float8 as agreement
    from unnest(${[...itemIds]}::uuid[]) as wanted(item) cross join lateral (
      select correction.catalog_item_id from correction
      join analysis on analysis.organization_id = correction.organization_id and analysis.id = correction.analysis_id
      where correction.organization_id = ${organizationId} and correction.found_item_id = item
        and correction.status = 'APPLIED' and ${seesAnalysis(narrowing)}
      order by correction.id desc limit ${agreementOver}
    ) said
    group by item`.execute(db);
  return rows;
}
