import { type Kysely, sql } from 'kysely';
import type { ResultBasis } from '../analyses/corrections/correction.ts';
import { seesAnalysis } from '../analyses/narrowing-filter.ts';
import { type DateTimeRange, within } from '../database/filters.ts';
import type { DB } from '../database/types.generated.ts';
import type { ShelfUse } from '../recognition/shares.ts';
import type { Narrowing } from '../shared/narrowing.ts';

/** The analyses of a task. */
export interface TaskAnalyses {
  organizationId: string;
  taskId: string;
  /** When they were submitted. */
  createdAt: DateTimeRange | null;
  /** What the caller is limited to; null: nothing. */
  narrowing: Narrowing | null;
  basis: ResultBasis;
}

/** The total shares of these analyses, whether or not the task has computeShares. */
export async function sumTaskShelfUse(db: Kysely<DB>, of: TaskAnalyses): Promise<ShelfUse[]> {
  const { organizationId, taskId, createdAt, narrowing, basis } = of;
  const ofTask = sql.join(
    [
      sql`analysis.organization_id = ${organizationId}`,
      sql`analysis.task_id = ${taskId}`,
      ...within(sql`analysis.created_at`, createdAt),
      seesAnalysis(narrowing),
    ],
    sql` and `,
  );
  const changes = sql`
    union all select e.catalog_item_id, e.facings, e.area, e.width
    from analysis join correction_effect e on e.organization_id = analysis.organization_id and e.analysis_id = analysis.id
    where ${ofTask}`;
  const { rows } = await sql<ShelfUse>`
    select item as "itemId", sum(facings)::float8 as facings, sum(area) as area, sum(width) as width from (
      select i.catalog_item_id as item, i.facings, i.area, i.width
      from analysis join analysis_item i on i.organization_id = analysis.organization_id and i.analysis_id = analysis.id
      where ${ofTask}
      union all
      select null, r.unnamed_facings, r.unnamed_area, r.unnamed_width
      from analysis join analysis_result r on r.organization_id = analysis.organization_id and r.analysis_id = analysis.id
      where ${ofTask}
      ${basis === 'FOUND' ? sql`` : changes}
    ) part group by item having sum(facings) > 0`.execute(db);
  return rows;
}
