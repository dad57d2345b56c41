import { type RawBuilder, type SqlBool, sql } from 'kysely';
import { oneOf } from '../database/filters.ts';
import type { Narrowing } from '../shared/narrowing.ts';

/**
 * What a caller who is limited to tasks or places sees, as conditions for the `where` of queries. This is the one place that
 * decides it for rows; the event log decides it for events (events/read-log.ts). `null`: the caller sees everything.
 */

const everything = sql<SqlBool>`true`;

/** Most alternatives by which a list is read: each is planned by itself. */
export const mostAlternatives = 17;

/** Analyses of the tasks, at the places. For a query with `analysis` under that name or another one, or with `video_analysis`. */
export function seesAnalysis(narrowing: Narrowing | null, analysis = sql.table('analysis')): RawBuilder<SqlBool> {
  if (narrowing === null) return everything;
  const { taskIds, placeIds } = narrowing;
  return sql<SqlBool>`(
    ${taskIds === null ? everything : oneOf(sql`${analysis}.task_id`, taskIds, 'uuid')}
    and ${placeIds === null ? everything : oneOf(sql`${analysis}.place_id`, placeIds, 'text')})`;
}

/** The same of `analysis` as alternatives of which one holds at most, each of one place or one task. Lists read each in the order of an index. */
export function seesAnalysisBy({ taskIds, placeIds }: Narrowing): RawBuilder<SqlBool>[] {
  if (placeIds !== null) return [...new Set(placeIds)].map((placeId) => seesAnalysis({ taskIds, placeIds: [placeId] }));
  if (taskIds !== null) return [...new Set(taskIds)].map((taskId) => seesAnalysis({ taskIds: [taskId], placeIds }));
  return [everything];
}

/** Images that an analysis uses which the caller sees. For a query with `image`. */
export function seesImage(narrowing: Narrowing | null): RawBuilder<SqlBool> {
  if (narrowing === null) return everything;
  return sql<SqlBool>`exists (
    select from analysis seen
    where seen.organization_id = image.organization_id and seen.image_id = image.id
      and ${seesAnalysis(narrowing, sql.table('seen'))})`;
}

/** Videos that an analysis uses which the caller sees. For a query with `video`. */
export function seesVideo(narrowing: Narrowing | null): RawBuilder<SqlBool> {
  if (narrowing === null) return everything;
  return sql<SqlBool>`exists (
    select from video_analysis seen
    where seen.organization_id = video.organization_id and seen.video_id = video.id
      and ${seesAnalysis(narrowing, sql.table('seen'))})`;
}

/**
 * Batches of which the caller sees every analysis, since the counters of a batch count all of them. Once one of its analyses
 * has been deleted nobody can tell what that was, and the batch is not seen any more, unless the batch is of one task and the
 * caller is not limited to places. For a query with `batch`.
 */
export function seesBatch(narrowing: Narrowing | null): RawBuilder<SqlBool> {
  return sql<SqlBool>`(${sql.join(listSeenBatches(narrowing), sql` or `)})`;
}

/** The same as alternatives of which one holds at most. Lists read each in the order of an index. */
export function seesBatchBy(narrowing: Narrowing): RawBuilder<SqlBool>[] {
  const alternatives = listSeenBatches(narrowing);
  return alternatives.length > mostAlternatives ? [seesBatch(narrowing)] : alternatives;
}

function listSeenBatches(narrowing: Narrowing | null): RawBuilder<SqlBool>[] {
  if (narrowing === null) return [everything];
  const taskIds = narrowing.taskIds && [...new Set(narrowing.taskIds)];
  const placeIds = narrowing.placeIds && [...new Set(narrowing.placeIds)];
  const seen = sql`from batch_analysis member join analysis seen on seen.id = member.analysis_id
    where member.batch_id = batch.id and seen.organization_id = batch.organization_id
      and ${seesAnalysis(narrowing, sql.table('seen'))}`;
  // The first condition lets few batches be found from their analyses, so that the second is not tried on every batch there is.
  const bySeenAnalyses = sql<SqlBool>`(exists (select ${seen}) and batch.total = (select count(*) ${seen}))`;
  const ofSeveralTasks = sql<SqlBool>`(batch.task_id is null and ${bySeenAnalyses})`;
  const ofTasks = taskIds?.map((taskId) => sql<SqlBool>`batch.task_id = ${taskId}::uuid`) ?? [];
  if (placeIds === null) return [...ofTasks, ofSeveralTasks];
  const isOfTasks = taskIds === null ? everything : sql`(${sql.join([...ofTasks, ofSeveralTasks], sql` or `)})`;
  const isWhole = sql`batch.total = (select count(*) from batch_analysis member where member.batch_id = batch.id)`;
  // Each batch is found by the first of its places, of which the caller sees all. `<>` makes the partial index usable.
  const ofPlaces = placeIds.map(
    (placeId) => sql<SqlBool>`(batch.place_ids <> '{}' and batch.place_ids[1] = ${placeId}
      and batch.place_ids <@ ${placeIds}::text[] and ${isWhole} and ${isOfTasks})`,
  );
  return [...ofPlaces, sql<SqlBool>`(batch.place_ids is null and ${bySeenAnalyses})`];
}

/** Tasks that the caller is limited to; all tasks for one who is limited to places alone. For a query with `task`. */
export function seesTask(narrowing: Narrowing | null): RawBuilder<SqlBool> {
  if (narrowing === null || narrowing.taskIds === null) return everything;
  return oneOf(sql`task.id`, narrowing.taskIds, 'uuid');
}

/** Items that one of those tasks looks for. For a query with `catalog_item`. */
export function seesItem(narrowing: Narrowing | null): RawBuilder<SqlBool> {
  if (narrowing === null || narrowing.taskIds === null) return everything;
  return sql<SqlBool>`exists (
    select from task where task.organization_id = catalog_item.organization_id and ${seesTask(narrowing)}
      and (task.all_catalog_items or exists (
        select from task_catalog_item listed
        where listed.task_id = task.id and listed.catalog_item_id = catalog_item.id)))`;
}

/** Planograms by which analyses are judged that the caller may see. For a query with `planogram`. */
export function seesPlanogram(narrowing: Narrowing | null): RawBuilder<SqlBool> {
  if (narrowing === null) return everything;
  const { taskIds, placeIds } = narrowing;
  const ofTask = sql`planogram.task_id is null or planogram.task_id = any(${[...(taskIds ?? [])]}::uuid[])`;
  const ofPlace = sql`planogram.place_id is null or planogram.place_id = any(${[...(placeIds ?? [])]}::text[])`;
  return sql<SqlBool>`(
    ${taskIds === null ? everything : sql`(${ofTask})`} and ${placeIds === null ? everything : sql`(${ofPlace})`})`;
}

/** Alerts of the tasks, at the places. For a query with `shelf_alert`. */
export function seesShelfAlert(narrowing: Narrowing | null): RawBuilder<SqlBool> {
  return seesAnalysis(narrowing, sql.table('shelf_alert'));
}
