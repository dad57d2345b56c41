import { sql, type Transaction } from 'kysely';
import { withCachedKeyChecks } from '../database/cached-key-checks.ts';
import type { Analysis, DB } from '../database/types.generated.ts';
import { appendEvents } from '../events/log.ts';
import { type Failure, failureColumns } from '../shared/failure.ts';
import { currentTraceparent } from '../tracing/tracing.ts';
import type { AnalysisStatus } from './life.ts';
import type { AnalysisOptions } from './options.ts';
import { noteSubmitted } from './statistics/changes.repository.ts';
import { type ColumnType, type SubmittedFields, submittedColumns, toSubmittedColumns } from './submitted-fields.ts';
import { sumEnded } from './task-sums/changes.repository.ts';
import { noteVisits } from './visits.repository.ts';

/**
 * An analysis to be inserted: QUEUED, AWAITING_UPLOAD, or FAILED at once if the header of its picture already shows that it cannot
 * be used.
 */
export interface NewAnalysis extends SubmittedFields {
  id: string;
  taskId: string;
  imageId: string;
  pipeline: string;
  /** The task's value at submission: later changes of the task do not change results. */
  computeShares: boolean;
  computeRealogram: boolean;
  /** The task's value, unless the options override it. */
  readText: boolean;
  readCodes: boolean;
  findGaps: boolean;
  /** The task's; ISO 4217. */
  currency: string | null;
  /** Groups of labels that accept the picture; null: not a FILTER task. */
  acceptGroups: readonly string[] | null;
  options: AnalysisOptions;
  /** The client's key for this image; absent: none. */
  idempotencyKey?: string | null;
  /** Overrides the shared value; absent or null: the shared one. */
  maxProcessingSeconds?: number | null;
  /** The analysis that it reruns; absent: none. */
  rerunOf?: string;
  /** Where `rerunOf` is given: the analysis that the picture was first submitted as. */
  firstRun?: string;
  failure: Failure | null;
  /** How its picture is still going to arrive. Absent or null: it has arrived. */
  waitsFor?: 'UPLOAD' | 'DOWNLOAD' | null;
}

/** What all analyses that are inserted together share. */
export interface SharedFields {
  organizationId: string;
  batchId: string | null;
  priority: number;
  maxProcessingSeconds: number | null;
  /** Whom the session token of the request stands for; null: nobody. */
  actor: string | null;
}

/** The values that are written for a new analysis. */
const insertedColumns = {
  id: 'uuid',
  organization_id: 'uuid',
  batch_id: 'uuid',
  priority: 'integer',
  max_processing_seconds: 'integer',
  actor: 'text',
  task_id: 'uuid',
  image_id: 'uuid',
  pipeline: 'text',
  compute_shares: 'boolean',
  compute_realogram: 'boolean',
  read_text: 'boolean',
  read_codes: 'boolean',
  find_gaps: 'boolean',
  currency: 'text',
  accept_groups: 'text[]',
  options: 'jsonb',
  idempotency_key: 'text',
  rerun_of: 'uuid',
  first_run: 'uuid',
  counted: 'boolean',
  traceparent: 'text',
  waits_for_image: 'boolean',
  status: 'text',
  failure_code: 'text',
  failure_message: 'text',
  failure_retryable: 'boolean',
  ...submittedColumns,
} satisfies Partial<Record<keyof Analysis, ColumnType>>;

const columnList = sql.join(Object.keys(insertedColumns).map((name) => sql.ref(name)));
const typedColumns = sql.join(
  Object.entries(insertedColumns).map(([name, type]) => sql`${sql.ref(name)} ${sql.raw(type)}`),
);

function toRow(shared: SharedFields, analysis: NewAnalysis): Record<keyof typeof insertedColumns, unknown> {
  return {
    id: analysis.id,
    organization_id: shared.organizationId,
    batch_id: shared.batchId,
    priority: shared.priority,
    max_processing_seconds: analysis.maxProcessingSeconds ?? shared.maxProcessingSeconds,
    actor: shared.actor,
    task_id: analysis.taskId,
    image_id: analysis.imageId,
    pipeline: analysis.pipeline,
    compute_shares: analysis.computeShares,
    compute_realogram: analysis.computeRealogram,
    read_text: analysis.readText,
    read_codes: analysis.readCodes,
    find_gaps: analysis.findGaps,
    currency: analysis.currency,
    accept_groups: analysis.acceptGroups,
    options: analysis.options,
    idempotency_key: analysis.idempotencyKey,
    rerun_of: analysis.rerunOf,
    first_run: analysis.firstRun,
    counted: true,
    traceparent: currentTraceparent(),
    waits_for_image: analysis.waitsFor === 'DOWNLOAD',
    status: firstStatus(analysis),
    ...failureColumns(analysis.failure),
    ...toSubmittedColumns(analysis),
  };
}

/**
 * Inserts analyses with their first events. 200 rows as one JSON parameter take a third of the time of 200 value lists.
 * @throws OutOfOrderError, so call it in a transaction of `inLogOrder`
 */
export async function insertAnalyses(
  trx: Transaction<DB>,
  shared: SharedFields,
  analyses: readonly NewAnalysis[],
): Promise<void> {
  await noteVisits(trx, shared.organizationId, analyses);
  const rows = analyses.map((analysis) => toRow(shared, analysis));
  const insert = sql`
    with picture as (${whenTaken(shared.organizationId, analyses)})
    insert into analysis (${columnList}, finished_at, taken_at)
    select ${columnList}, case when status = 'FAILED' then now() end,
      case when place_id is not null then coalesce(picture.recorded_at, now()) end
    from json_to_recordset(${JSON.stringify(rows)}::json) as r(${typedColumns})
    left join picture on picture.picture_id = r.image_id`;
  await withCachedKeyChecks(trx, rows.length, () => insert.execute(trx));
  await noteSubmitted(trx, shared.organizationId, analyses);
  await sumEnded(
    trx,
    analyses.flatMap(({ id, failure }) => (failure ? [id] : [])),
  );
  await appendEvents(
    trx,
    analyses.map((analysis) => ({
      organizationId: shared.organizationId,
      kind: 'ANALYSIS',
      entityId: analysis.id,
      taskId: analysis.taskId,
      batchIds: shared.batchId ? [shared.batchId] : [],
      state: {
        status: firstStatus(analysis),
        previousStatus: null,
        placeId: analysis.placeId,
        visitId: analysis.visitId,
        externalId: analysis.externalId,
        imageId: analysis.imageId,
        confidence: null,
      },
    })),
  );
}

/** Locked as by foreign keys, so that none changes before a trigger of the image sees the new analyses. */
function whenTaken(organizationId: string, analyses: readonly NewAnalysis[]) {
  const ids = analyses.flatMap(({ placeId, imageId }) => (placeId == null ? [] : [imageId]));
  return sql`
    select id as picture_id, recorded_at from image
    where organization_id = ${organizationId} and id = any(${[...new Set(ids)]}::uuid[]) order by id for key share`;
}

/** The initial values. */
export function firstStatus(analysis: NewAnalysis): AnalysisStatus {
  if (analysis.failure) return 'FAILED';
  return analysis.waitsFor === 'UPLOAD' ? 'AWAITING_UPLOAD' : 'QUEUED';
}
