import { type Kysely, sql } from 'kysely';
import { seesAnalysis } from '../analyses/narrowing-filter.ts';
import { type DateTimeRange, within } from '../database/filters.ts';
import type { DB } from '../database/types.generated.ts';
import type { ShelfUse } from '../recognition/shares.ts';
import type { Narrowing } from '../shared/narrowing.ts';

/** The total shares of the task's analyses submitted within the range, whether or not the task has computeShares. */
export async function sumTaskShelfUse(
  db: Kysely<DB>,
  organizationId: string,
  taskId: string,
  createdAt: DateTimeRange | null,
  narrowing: Narrowing | null,
): Promise<ShelfUse[]> {
  const ofTask = sql.join(
    [
      sql`analysis.organization_id = ${organizationId}`,
      sql`analysis.task_id = ${taskId}`,
      ...within(sql`analysis.created_at`, createdAt),
      seesAnalysis(narrowing),
    ],
    sql` and `,
  );
  const { rows } = await sql<ShelfUse>`
    select i.catalog_item_id as "itemId", sum(i.facings)::float8 as facings, sum(i.area) as area, sum(i.width) as width
    from analysis join analysis_item i on i.organization_id = analysis.organization_id and i.analysis_id = analysis.id
    where ${ofTask} group by i.catalog_item_id
    union all
    select null, sum(r.unnamed_facings)::float8, sum(r.unnamed_area), sum(r.unnamed_width)
    from analysis join analysis_result r on r.organization_id = analysis.organization_id and r.analysis_id = analysis.id
    where ${ofTask} having sum(r.unnamed_facings) > 0`.execute(db);
  return rows;
}
