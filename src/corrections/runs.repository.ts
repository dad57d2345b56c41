import { type Kysely, sql } from 'kysely';
import { firstRunOf } from '../analyses/corrections/run-corrections.repository.ts';
import type { AnalysisStatus } from '../analyses/life.ts';
import { seesAnalysis } from '../analyses/narrowing-filter.ts';
import type { DB } from '../database/types.generated.ts';
import type { TaskType } from '../models/resolve-pipeline.ts';
import type { Detection } from '../recognition/detection.ts';
import type { Narrowing } from '../shared/narrowing.ts';

/** One run of a picture, as far as its corrections need it. */
export interface Run {
  id: string;
  first_run: string;
  status: AnalysisStatus;
  task_id: string;
  task_type: TaskType;
  place_id: string | null;
  image_id: string | null;
  /** Pixels of the oriented picture; these and the detections are null unless it SUCCEEDED. */
  width: number | null;
  height: number | null;
  detections: Detection[] | null;
}

/** Those that exist and that the caller sees. */
export async function findRuns(
  db: Kysely<DB>,
  organizationId: string,
  ids: readonly string[],
  narrowing: Narrowing | null = null,
): Promise<Run[]> {
  const { rows } = await sql<Run>`
    select analysis.id, ${firstRunOf('analysis')} as first_run, analysis.status, analysis.task_id, task.type as task_type,
      analysis.place_id, analysis.image_id, result.width, result.height, result.detections
    from analysis
    join task on task.organization_id = analysis.organization_id and task.id = analysis.task_id
    left join analysis_result result
      on result.organization_id = analysis.organization_id and result.analysis_id = analysis.id
    where analysis.organization_id = ${organizationId} and analysis.id = any(${[...ids]}::uuid[])
      and ${seesAnalysis(narrowing)}`.execute(db);
  return rows;
}

/** Where analyses belong, which their events say. By id. */
export async function findPlaces(
  db: Kysely<DB>,
  organizationId: string,
  analysisIds: readonly string[],
): Promise<Map<string, Pick<Run, 'task_id' | 'place_id'>>> {
  const { rows } = await sql<Pick<Run, 'id' | 'task_id' | 'place_id'>>`
    select id, task_id, place_id from analysis
    where organization_id = ${organizationId} and id = any(${[...new Set(analysisIds)]}::uuid[])`.execute(db);
  return new Map(rows.map((row) => [row.id, row]));
}
