import { type Kysely, type RawBuilder, type SqlBool, sql } from 'kysely';
import type { ResultBasis } from '../analyses/corrections/correction.ts';
import { areTasksSummed } from '../analyses/task-sums/backfill.repository.ts';
import { endedParts, isOfTask, type TaskAnalyses } from '../analyses/task-sums/read.repository.ts';
import type { DB } from '../database/types.generated.ts';
import type { ShelfUse } from '../recognition/shares.ts';

/** The total shares of these analyses, whether or not the task has computeShares. */
export async function sumTaskShelfUse(
  db: Kysely<DB>,
  { basis, ...of }: TaskAnalyses & { basis: ResultBasis },
): Promise<ShelfUse[]> {
  const parts = (await areTasksSummed(db)) ? sumsAndRest(of, basis) : each(isOfTask(of), basis);
  const { rows } = await sql<ShelfUse>`
    select item as "itemId", sum(facings)::float8 as facings, sum(area)::float8 as area, sum(width)::float8 as width
    from (${parts}) part group by item having sum(facings) > 0`.execute(db);
  return rows;
}

function sumsAndRest(of: TaskAnalyses, basis: ResultBasis): RawBuilder<unknown> {
  const { sums, rest } = endedParts(of);
  const both = basis === 'FOUND' ? sql`` : sql`union all select * from jsonb_each(shelf_change)`;
  return sql`
    select nullif(key, '')::uuid as item, (used -> 0)::numeric as facings, (used -> 1)::numeric as area,
      (used -> 2)::numeric as width
    from (${sums}) shelves cross join lateral (select * from jsonb_each(shelf) ${both}) one(key, used)
    union all ${each(rest, basis)}`;
}

/** The results of all `analysis` that match. */
function each(matches: RawBuilder<SqlBool>, basis: ResultBasis): RawBuilder<unknown> {
  const changes = sql`
    union all
    select e.catalog_item_id, e.facings, e.area, e.width
    from analysis join correction_effect e on e.organization_id = analysis.organization_id and e.analysis_id = analysis.id
    where ${matches}`;
  return sql`
    select i.catalog_item_id as item, i.facings, i.area, i.width
    from analysis join analysis_item i on i.organization_id = analysis.organization_id and i.analysis_id = analysis.id
    where ${matches}
    union all
    select null, r.unnamed_facings, r.unnamed_area, r.unnamed_width
    from analysis join analysis_result r on r.organization_id = analysis.organization_id and r.analysis_id = analysis.id
    where ${matches}
    ${basis === 'FOUND' ? sql`` : changes}`;
}
