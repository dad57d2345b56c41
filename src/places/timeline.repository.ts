import { type Kysely, type RawBuilder, type SqlBool, sql } from 'kysely';
import { seesAnalysis } from '../analyses/narrowing-filter.ts';
import { type DateTimeRange, within } from '../database/filters.ts';
import type { Keyset } from '../database/keyset.ts';
import { type ListPart, readOrdered, timeColumn } from '../database/ordered-list.ts';
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

/** What was photographed at a place, in the order of when that was, the latest first. */
export async function listTimeline(
  db: Kysely<DB>,
  organizationId: string,
  placeId: string,
  filter: TimelineFilter,
  page: Keyset,
): Promise<TimelineEntryRow[]> {
  // The analyses of a few visits are found by an index of their own.
  const walks = filter.visitIds === undefined && (await hasAllTimes(db, organizationId, placeId));
  const read = walks ? readEntries : groupAll;
  return readOrdered<TimelineEntryRow>(latestFirst, 'DESC', page, async (part) => {
    const { rows } = await read(organizationId, placeId, filter, part).execute(db);
    return rows;
  });
}

const latestFirst = { ...timeColumn(sql`taken_at`, sql`id`), withoutValue: [] };

/** A worker stores the times of what an earlier version has submitted. */
async function hasAllTimes(db: Kysely<DB>, organizationId: string, placeId: string): Promise<boolean> {
  const { rows } = await sql`
    select from analysis where organization_id = ${organizationId} and place_id = ${placeId} and counted is not false
      and taken_at is null limit 1`.execute(db);
  return rows.length === 0;
}

/** Reads every analysis of the place. */
function groupAll(organizationId: string, placeId: string, filter: TimelineFilter, part: ListPart) {
  return sql<TimelineEntryRow>`
    select ${entryColumns} from (
      select min(taken_at) as first_taken_at, max(taken_at) as taken_at, visit_id, count(*)::int as picture_count,
        (array_agg(id order by taken_at desc, id desc))[1] as id, ${latestIds}
      from (${taken(organizationId, placeId, filter)}) taken
      group by visit_id, case when visit_id is null then id end
    ) entry
    where ${part.condition} order by ${part.orderBy} limit ${part.limit}`;
}

const entryColumns = sql`
  id, visit_id, first_taken_at, taken_at as last_taken_at, picture_count, analysis_ids, ${latestFirst.text} as order_value`;
const latestIds = sql`(array_agg(id order by taken_at desc, id desc))[1:${sql.lit(maxTimelinePictures)}] as analysis_ids`;

/**
 * Goes from the latest picture to earlier ones, and reads the other pictures of a visit where it meets the first of them. If a visit has a
 * later picture than that one, it was an entry of an earlier page.
 */
function readEntries(organizationId: string, placeId: string, filter: TimelineFilter, part: ListPart) {
  const next = (beyond: RawBuilder<SqlBool>, met: RawBuilder<unknown>) => sql`
    select picture.*, coalesce(visit.first_taken_at, picture.taken_at) as first_taken_at, coalesce(visit.picture_count, 1) as picture_count,
      coalesce(visit.analysis_ids, array[picture.id]) as analysis_ids,
      case when picture.visit_id is null then ${met} else ${met} || picture.visit_id end as met
    from (
      select id, visit_id, taken_at from analysis
      where ${sql.join(conditions(organizationId, placeId, filter, sql`taken_at`), sql` and `)}
        and (visit_id is null or visit_id <> all(${met})) and ${beyond}
      order by taken_at desc, id desc limit 1) picture
    left join lateral (
      select min(taken_at) as first_taken_at, count(*)::int as picture_count, ${latestIds} from analysis
      where ${sql.join(conditions(organizationId, placeId, filter, sql`taken_at`), sql` and `)}
        and visit_id = picture.visit_id
      having picture.visit_id is not null) visit on true`;
  // The rows are in the order in which the recursion finds them, and it finds no more than are needed.
  return sql<TimelineEntryRow>`
    with recursive found as (
      (${next(part.condition, sql`'{}'::text[]`)})
      union all
      select next.* from found
      cross join lateral (${next(sql`(taken_at, id) < (found.taken_at, found.id)`, sql`found.met`)}) next
    )
    select ${entryColumns} from found
    where analysis_ids[1] = id limit ${part.limit}`;
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
function taken(organizationId: string, placeId: string, filter: TimelineFilter) {
  const at = sql`coalesce(image.recorded_at, analysis.created_at)`;
  return sql`
    select analysis.id, analysis.visit_id, ${at} as taken_at from analysis
    left join image on image.organization_id = analysis.organization_id and image.id = analysis.image_id
    where ${sql.join(conditions(organizationId, placeId, filter, at), sql` and `)}`;
}

/** Of `analysis`. @param at when its picture was taken */
function conditions(
  organizationId: string,
  placeId: string,
  { taskId, visitIds, takenAt, narrowing }: TimelineFilter,
  at: RawBuilder<unknown>,
): RawBuilder<unknown>[] {
  const all: RawBuilder<unknown>[] = [
    sql`analysis.organization_id = ${organizationId} and analysis.place_id = ${placeId}`,
    sql`analysis.counted is not false`,
    seesAnalysis(narrowing ?? null),
    ...within(at, takenAt),
  ];
  if (taskId !== undefined) all.push(sql`analysis.task_id = ${taskId}`);
  if (visitIds !== undefined) all.push(sql`analysis.visit_id = any(${[...visitIds]}::text[])`);
  return all;
}
