import { type Kysely, type Selectable, sql } from 'kysely';
import type { AnalysisOptions } from '../analyses/options.ts';
import { submittedColumnNames } from '../analyses/submitted-fields.ts';
import type { DB } from '../database/types.generated.ts';
import { pictureFaults } from '../shared/failure.ts';

const sourceColumns = [
  'id',
  'task_id',
  'video_id',
  'rerun_of',
  'first_run',
  'options',
  'frames_per_second',
  'key_frames_only',
  'max_frames',
  'max_processing_seconds',
  ...submittedColumnNames,
] as const satisfies readonly (keyof Row)[];

type Row = Selectable<DB['video_analysis']>;

/** What a rerun takes from the original analysis of a video; the rest comes from the current task. */
export type VideoRerunSource = Omit<Pick<Row, (typeof sourceColumns)[number]>, 'options'> & {
  options: AnalysisOptions;
};

/**
 * Analyses of videos to rerun, in the order of submission.
 * @param onlyFailed only analyses that FAILED, without those that FAILED because of their video and would fail again.
 */
export async function listVideoRerunSources(
  db: Kysely<DB>,
  organizationId: string,
  set: { ids: readonly string[] } | { taskId: string },
  { onlyFailed, limit }: { onlyFailed: boolean; limit: number },
): Promise<VideoRerunSource[]> {
  const { rows } = await sql<VideoRerunSource>`
    select ${sql.join(sourceColumns.map((column) => sql.ref(column)))} from video_analysis
    where organization_id = ${organizationId}
      and ${'ids' in set ? sql`id = any(${[...set.ids]}::uuid[])` : sql`task_id = ${set.taskId}`}
      ${onlyFailed ? sql`and status = 'FAILED' and failure_code <> all(${[...pictureFaults]})` : sql``}
    order by id limit ${limit}`.execute(db);
  return rows;
}
