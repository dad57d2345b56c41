import { sql, type Transaction } from 'kysely';
import type { AnalysisOptions } from '../analyses/options.ts';
import { noteSubmitted } from '../analyses/statistics/changes.repository.ts';
import {
  type ColumnType,
  type SubmittedFields,
  submittedColumns,
  toSubmittedColumns,
} from '../analyses/submitted-fields.ts';
import { noteVisits } from '../analyses/visits.repository.ts';
import type { DB } from '../database/types.generated.ts';
import { appendEvents } from '../events/log.ts';
import { type Failure, failureColumns } from '../shared/failure.ts';
import { currentTraceparent } from '../tracing/tracing.ts';
import { videoEvent } from './life.repository.ts';
import type { Sampling } from './sampling.ts';

/** A video analysis to be inserted. */
export interface NewVideoAnalysis extends SubmittedFields {
  id: string;
  taskId: string;
  videoId: string;
  status: 'AWAITING_UPLOAD' | 'QUEUED' | 'FAILED';
  /** FAILED: why the video cannot be used. */
  failure: Failure | null;
  priority: number;
  pipeline: string;
  acceptGroups: readonly string[] | null;
  options: AnalysisOptions;
  actor: string | null;
  /** The analysis that it repeats; null: it is not a rerun. */
  rerunOf: string | null;
  /** Of a rerun: the analysis that its video was first submitted as. */
  firstRun: string | null;
  sampling: Sampling;
  /** null: no limit. */
  maxProcessingSeconds: number | null;
  chargedCredits: number;
}

const insertedColumns = {
  id: 'uuid',
  organization_id: 'uuid',
  task_id: 'uuid',
  video_id: 'uuid',
  status: 'text',
  failure_code: 'text',
  failure_message: 'text',
  failure_retryable: 'boolean',
  priority: 'integer',
  pipeline: 'text',
  accept_groups: 'text[]',
  options: 'jsonb',
  actor: 'text',
  rerun_of: 'uuid',
  first_run: 'uuid',
  counted: 'boolean',
  frames_per_second: 'float8',
  key_frames_only: 'boolean',
  max_frames: 'integer',
  max_processing_seconds: 'integer',
  charged_credits: 'integer',
  traceparent: 'text',
  ...submittedColumns,
} satisfies Partial<Record<keyof DB['video_analysis'], ColumnType>>;

const columnList = sql.join(Object.keys(insertedColumns).map((name) => sql.ref(name)));
const typedColumns = sql.join(
  Object.entries(insertedColumns).map(([name, type]) => sql`${sql.ref(name)} ${sql.raw(type)}`),
);

function toRow(organizationId: string, analysis: NewVideoAnalysis): Record<keyof typeof insertedColumns, unknown> {
  const { framesPerSecond, keyFramesOnly, maxFrames } = analysis.sampling;
  return {
    id: analysis.id,
    organization_id: organizationId,
    task_id: analysis.taskId,
    video_id: analysis.videoId,
    status: analysis.status,
    ...failureColumns(analysis.failure),
    priority: analysis.priority,
    pipeline: analysis.pipeline,
    accept_groups: analysis.acceptGroups,
    options: analysis.options,
    actor: analysis.actor,
    rerun_of: analysis.rerunOf,
    first_run: analysis.firstRun,
    counted: true,
    frames_per_second: framesPerSecond,
    key_frames_only: keyFramesOnly,
    max_frames: maxFrames,
    max_processing_seconds: analysis.maxProcessingSeconds,
    charged_credits: analysis.chargedCredits,
    traceparent: currentTraceparent(),
    ...toSubmittedColumns(analysis),
  };
}

/** Inserts them with their first events. @throws OutOfOrderError, so call it in a transaction of `inLogOrder` */
export async function insertVideoAnalyses(
  trx: Transaction<DB>,
  organizationId: string,
  analyses: readonly NewVideoAnalysis[],
): Promise<void> {
  await noteVisits(trx, organizationId, analyses);
  const rows = analyses.map((analysis) => toRow(organizationId, analysis));
  await sql`
    insert into video_analysis (${columnList}, finished_at)
    select ${columnList}, case when status = 'FAILED' then now() end
    from json_to_recordset(${JSON.stringify(rows)}::json) as r(${typedColumns})`.execute(trx);
  await noteSubmitted(trx, organizationId, analyses, 'VIDEO');
  await appendEvents(
    trx,
    analyses.map(({ id, taskId, videoId, status, placeId, visitId, externalId }) => {
      const row = { id, organization_id: organizationId, task_id: taskId, video_id: videoId, status };
      const told = { ...row, place_id: placeId, visit_id: visitId, external_id: externalId, lease_worker_id: null };
      return videoEvent(told, status, { change: 'STATUS', previousStatus: null });
    }),
  );
}
