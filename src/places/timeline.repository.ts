import { type Kysely, type RawBuilder, sql } from 'kysely';
import { seesAnalysis } from '../analyses/narrowing-filter.ts';
import { type DateTimeRange, within } from '../database/filters.ts';
import type { Keyset } from '../database/keyset.ts';
import { readOrdered, timeColumn } from '../database/ordered-list.ts';
import type { DB } from '../database/types.generated.ts';
import type { Narrowing } from '../shared/narrowing.ts';

/** An absent filter does not restrict. */
export interface TimelineFilter {
  taskId?: string | undefined;
  /** The clients' own ids. */
  visitIds?: readonly string[] | undefined;
  takenAt?: DateTimeRange | undefined;
  /** What the caller is limited to. */
  narrowing?: Narrowing | null | undefined;
}

/** The pictures of one visit at a place, or one picture that belongs to no visit. */
export interface TimelineEntryRow {
  /** Of the analysis whose picture was taken last. */
  id: string;
  order_value: string;
  first_taken_at: Date;
  last_taken_at: Date;
  /** The client's own id; null: it belongs to no visit. */
  visit_id: string | null;
  picture_count: number;
  /** The analyses of the pictures that were taken last, at most {@link maxTimelinePictures}. */
  analysis_ids: string[];
}

export const maxTimelinePictures = 8;

/**
 * What was photographed at a place, in the order of when that was, the latest first. Every analysis of the place is read, because the
 * time is that of the image if it has one: 10,000 analyses of one place take about 50 ms.
 */
export function listTimeline(
  db: Kysely<DB>,
  organizationId: string,
  placeId: string,
  filter: TimelineFilter,
  page: Keyset,
): Promise<TimelineEntryRow[]> {
  const by = { ...timeColumn(sql`last_taken_at`, sql`id`), withoutValue: [] };
  return readOrdered<TimelineEntryRow>(by, 'DESC', page, async ({ condition, orderBy, limit }) => {
    const { rows } = await sql<TimelineEntryRow>`
      select *, ${by.text} as order_value from (
        select min(taken_at) as first_taken_at, max(taken_at) as last_taken_at, visit_id, count(*)::int as picture_count,
          (array_agg(id order by taken_at desc, id desc))[1] as id,
          (array_agg(id order by taken_at desc, id desc))[1:${sql.lit(maxTimelinePictures)}] as analysis_ids
        from (${taken(organizationId, placeId, filter)}) taken
        group by visit_id, case when visit_id is null then id end
      ) entry
      where ${condition} order by ${orderBy} limit ${limit}`.execute(db);
    return rows;
  });
}

export async function countTimeline(
  db: Kysely<DB>,
  organizationId: string,
  placeId: string,
  filter: TimelineFilter,
): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select (count(distinct visit_id) + count(*) filter (where visit_id is null))::int as count
    from (${taken(organizationId, placeId, filter)}) taken`.execute(db);
  return rows[0]!.count;
}

/** The latest run of each picture, and when the picture was taken. */
function taken(organizationId: string, placeId: string, { taskId, visitIds, takenAt, narrowing }: TimelineFilter) {
  const at = sql`coalesce(image.recorded_at, analysis.created_at)`;
  const conditions: RawBuilder<unknown>[] = [
    sql`analysis.organization_id = ${organizationId} and analysis.place_id = ${placeId}`,
    sql`analysis.counted is not false`,
    seesAnalysis(narrowing ?? null),
    ...within(at, takenAt),
  ];
  if (taskId !== undefined) conditions.push(sql`analysis.task_id = ${taskId}`);
  if (visitIds !== undefined) conditions.push(sql`analysis.visit_id = any(${[...visitIds]}::text[])`);
  return sql`
    select analysis.id, analysis.visit_id, ${at} as taken_at from analysis
    left join image on image.organization_id = analysis.organization_id and image.id = analysis.image_id
    where ${sql.join(conditions, sql` and `)}`;
}
