import { type Kysely, type Selectable, sql } from 'kysely';
import type { AnalysisOptions } from '../analyses/options.ts';
import { submittedColumnNames } from '../analyses/submitted-fields.ts';
import type { Analysis, DB } from '../database/types.generated.ts';
import { pictureFaults } from '../shared/failure.ts';

const sourceColumns = [
  'id',
  'task_id',
  'image_id',
  'rerun_of',
  'first_run',
  'options',
  'max_processing_seconds',
  ...submittedColumnNames,
] as const satisfies readonly (keyof Analysis)[];

/** What a rerun takes from the original analysis; the rest comes from the current task. */
export type RerunSource = Omit<Pick<Selectable<Analysis>, (typeof sourceColumns)[number]>, 'options'> & {
  options: AnalysisOptions;
};

/** The analyses to rerun. */
export type RerunSet = { ids: readonly string[] } | { batchId: string } | { taskId: string };

/**
 * In the order of submission; those of a batch in the order of its request.
 * @param onlyFailed only analyses that FAILED, without those that FAILED because of their picture and would fail again.
 */
export async function listRerunSources(
  db: Kysely<DB>,
  organizationId: string,
  set: RerunSet,
  { onlyFailed, limit }: { onlyFailed: boolean; limit: number },
): Promise<RerunSource[]> {
  const { rows } = await sql<RerunSource>`
    select ${sql.join(sourceColumns.map((column) => sql.ref(`a.${column}`)))}
    from analysis a ${'batchId' in set ? sql`join batch_analysis member on member.analysis_id = a.id` : sql``}
    where a.organization_id = ${organizationId} and ${isMember(set)}
      ${onlyFailed ? sql`and a.status = 'FAILED' and a.failure_code <> all(${[...pictureFaults]})` : sql``}
    order by ${'batchId' in set ? sql`member.position` : sql`a.id`} limit ${limit}`.execute(db);
  return rows;
}

function isMember(set: RerunSet) {
  if ('ids' in set) return sql`a.id = any(${[...set.ids]}::uuid[])`;
  return 'batchId' in set ? sql`member.batch_id = ${set.batchId}` : sql`a.task_id = ${set.taskId}`;
}
