import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { DB } from '../database/types.generated.ts';
import type { AlertRules } from '../recognition/alerts/conditions.ts';
import type { Fixture } from '../recognition/compliance/plan.ts';
import type { Detection } from '../recognition/detection.ts';
import type { PlanogramVersionRow } from './planograms.repository.ts';

/** What a result is to be compared with. */
export interface ShelfCheck {
  analysisId: string;
  organizationId: string;
  taskId: string;
  placeId: string | null;
  /** The client's own id. */
  visitId: string | null;
  /** When the picture was taken, as far as it is known: otherwise when it was submitted. */
  takenAt: Date;
  findGaps: boolean;
  /** Whether its picture may have been corrected. */
  isRerun: boolean;
  /** Of the task now. */
  alertRules: AlertRules;
  /** null: none counts for it. */
  plan: { planogramId: string; version: number; fixture: Fixture } | null;
}

/**
 * Of these analyses, of all organisations, those that ask for gaps, for which a planogram counts, or whose task expects prices or has
 * alerts, which clear when their rule is gone. The plan of the task at the place counts before that of the place, and that before the one
 * of the task; of its versions, the one that was valid when the picture was taken.
 */
export async function findShelfChecks(db: Kysely<DB>, analysisIds: readonly string[]): Promise<ShelfCheck[]> {
  const takenAt = sql`coalesce(image.recorded_at, analysis.created_at)`;
  const { rows } = await sql<ShelfCheck>`
    select analysis.id as "analysisId", analysis.organization_id as "organizationId", analysis.task_id as "taskId",
      analysis.place_id as "placeId", analysis.visit_id as "visitId", ${takenAt} as "takenAt",
      analysis.find_gaps as "findGaps", analysis.rerun_of is not null as "isRerun", task.alert_rules as "alertRules", plan.plan
    from analysis
    join task on task.organization_id = analysis.organization_id and task.id = analysis.task_id
    left join image on image.organization_id = analysis.organization_id and image.id = analysis.image_id
    left join lateral (
      select json_build_object(
        'planogramId', version.planogram_id, 'version', version.version, 'fixture', version.fixture) as plan
      from (
        ${candidate(1, sql`task_id = analysis.task_id and place_id = analysis.place_id`)}
        union all ${candidate(2, sql`task_id is null and place_id = analysis.place_id`)}
        union all ${candidate(3, sql`task_id = analysis.task_id and place_id is null`)}
      ) candidate
      cross join lateral (${versionAt(sql`candidate.id`, takenAt)}) version
      order by candidate.rank limit 1
    ) plan on true
    where analysis.id = any(${[...analysisIds]}::uuid[])
      and (analysis.find_gaps or plan.plan is not null or task.alert_rules -> 'pricesDifferFrom' is not null
        or exists (
          select from shelf_alert where organization_id = analysis.organization_id and task_id = analysis.task_id
            and status = 'RAISED'))`.execute(db);
  return rows;
}

/** How many pictures of a place are looked at for the one that was taken last. */
const recentPictures = 50;

/** What was found at a place before a time, on the last picture of the task there; null: there is none. */
export async function findEarlierDetections(
  db: Kysely<DB>,
  organizationId: string,
  { taskId, placeId, takenAt }: Pick<ShelfCheck, 'taskId' | 'takenAt'> & { placeId: string },
): Promise<readonly Detection[] | null> {
  const { rows } = await sql<{ detections: Detection[] }>`
    select result.detections
    from (
      select id, organization_id, image_id, created_at from analysis
      where organization_id = ${organizationId} and place_id = ${placeId} and task_id = ${taskId} and status = 'SUCCEEDED'
      order by id desc limit ${recentPictures}
    ) recent
    join analysis_result result on result.organization_id = recent.organization_id and result.analysis_id = recent.id
    left join image on image.organization_id = recent.organization_id and image.id = recent.image_id
    where coalesce(image.recorded_at, recent.created_at) < ${takenAt}
    order by coalesce(image.recorded_at, recent.created_at) desc limit 1`.execute(db);
  return rows[0]?.detections ?? null;
}

function candidate(rank: number, attached: RawBuilder<unknown>) {
  return sql`
    select id, ${sql.lit(rank)} as rank from planogram
    where planogram.organization_id = analysis.organization_id and deleted_at is null and ${attached}`;
}

/** The version of a planogram that is valid at a time. A later version that is valid from the same time replaces the earlier one. */
function versionAt(planogramId: RawBuilder<unknown>, at: RawBuilder<unknown>) {
  return sql`
    select * from planogram_version
    where planogram_version.planogram_id = ${planogramId} and (valid_from is null or valid_from <= ${at})
    order by valid_from desc nulls last, version desc limit 1`;
}

/** Of each of these planograms the version that is valid at a time, if any. */
export async function findVersionsAt(
  db: Kysely<DB>,
  organizationId: string,
  planogramIds: readonly string[],
  at: Date | null,
): Promise<PlanogramVersionRow[]> {
  const { rows } = await sql<PlanogramVersionRow>`
    select version.* from planogram
    cross join lateral (${versionAt(sql`planogram.id`, at === null ? sql`now()` : sql`${at}::timestamptz`)}) version
    where planogram.organization_id = ${organizationId} and planogram.id = any(${[...planogramIds]}::uuid[])`.execute(
    db,
  );
  return rows;
}
