import { type Kysely, sql } from 'kysely';
import type { Location } from '../analyses/location.ts';
import type { AnalysisOptions } from '../analyses/options.ts';
import type { DB } from '../database/types.generated.ts';

/** What an analysis that runs again takes from the one of before; the rest is its task's as it is now. */
export interface RerunSource {
  id: string;
  task_id: string;
  image_id: string | null;
  options: AnalysisOptions;
  location: Location | null;
  external_id: string | null;
  place_id: string | null;
  metadata: Record<string, unknown>;
  max_processing_seconds: number | null;
}

/** The members of what is to run again. */
export type RerunSet = { ids: readonly string[] } | { batchId: string } | { taskId: string };

/**
 * In order of submission; of a batch in the order of its request.
 * @param onlyFailed leaves out what has not FAILED.
 */
export async function listRerunSources(
  db: Kysely<DB>,
  organizationId: string,
  set: RerunSet,
  { onlyFailed, limit }: { onlyFailed: boolean; limit: number },
): Promise<RerunSource[]> {
  const { rows } = await sql<RerunSource>`
    select a.id, a.task_id, a.image_id, a.options, a.external_id, a.place_id, a.metadata, a.max_processing_seconds,
      case when a.latitude is not null then json_build_object('latitude', a.latitude, 'longitude', a.longitude) end as location
    from analysis a ${'batchId' in set ? sql`join batch_analysis member on member.analysis_id = a.id` : sql``}
    where a.organization_id = ${organizationId} and ${isMember(set)}
      ${onlyFailed ? sql`and a.status = 'FAILED'` : sql``}
    order by ${'batchId' in set ? sql`member.position` : sql`a.id`} limit ${limit}`.execute(db);
  return rows;
}

function isMember(set: RerunSet) {
  if ('ids' in set) return sql`a.id = any(${[...set.ids]}::uuid[])`;
  return 'batchId' in set ? sql`member.batch_id = ${set.batchId}` : sql`a.task_id = ${set.taskId}`;
}
