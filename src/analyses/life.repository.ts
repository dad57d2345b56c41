import { sql, type Transaction } from 'kysely';
import type { DB } from '../database/types.generated.ts';
import type { NewEvent } from '../events/event.ts';
import { appendEvents } from '../events/log.ts';
import { OutOfOrderError, writtenLater } from '../events/order.ts';
import { refundAnalyses } from '../organizations/credits.repository.ts';
import { type Failure, failureColumns } from '../shared/failure.ts';
import { countEnded, type EndedAnalysis } from './batch-counters.repository.ts';
import { storeEffects } from './corrections/effects.repository.ts';
import { type AnalysisStatus, costsNothing, isTerminal, mayMove, type TerminalStatus } from './life.ts';
import { type AnalysisResult, bestConfidences, meanConfidence, summarizeFacings } from './result.ts';
import { noteInStats } from './statistics/changes.repository.ts';
import { sumEnded } from './task-sums/changes.repository.ts';

/** A requested change of one analysis. It is made only if life.ts allows it from the current status of the row. */
export interface Move {
  analysisId: string;
  to: AnalysisStatus;
  /** Made only if this worker holds the lease; absent: whichever worker holds it (a cancellation). */
  workerId?: string;
  /** How long ago it happened. Workers gather moves before they write them, and their clocks may differ from the database's. */
  agoMs: number;
  attempt?: number;
  /** RUNNING: how many of the task's items the analysis does not look for. */
  inactiveItemCount?: number;
  /** FAILED */
  failure?: Failure;
  /** SUCCEEDED */
  result?: AnalysisResult;
}

interface LockedRow {
  id: string;
  organization_id: string;
  status: AnalysisStatus;
  task_id: string;
  place_id: string | null;
  visit_id: string | null;
  external_id: string | null;
  image_id: string | null;
  lease_worker_id: string | null;
  is_rerun: boolean;
  /** A batch that contains it more than once is repeated, because it counts as often. */
  batch_ids: string[];
  /** Written by a transaction that comes after this one in the event log. */
  written_later: boolean;
}

/**
 * Makes moves in the order given, with their results, batch counters and events, all in the caller's transaction. Several moves of
 * one row (RUNNING, then SUCCEEDED within one gathering) each get their event. A move that is no longer allowed, because the
 * analysis was cancelled or its lease lost, is skipped: late results are discarded.
 * @returns the moves that were made.
 * @throws OutOfOrderError, so call it in a transaction of `inLogOrder`.
 */
export async function moveAnalyses(trx: Transaction<DB>, moves: readonly Move[]): Promise<Move[]> {
  if (moves.length === 0) return [];
  const rows = await lockRows(trx, [...new Set(moves.map((move) => move.analysisId))]);
  const events: NewEvent[] = [];
  const ended: EndedAnalysis[] = [];
  const endedIds: string[] = [];
  const unused: string[] = [];
  const made: Move[] = [];
  for (const move of moves) {
    const row = rows.get(move.analysisId);
    if (!row || !mayMove(row.status, move.to)) continue;
    if (move.workerId !== undefined && move.workerId !== row.lease_worker_id) continue;
    events.push(changeEvent(row, move));
    if (isTerminal(move.to)) {
      ended.push({ status: move.to as TerminalStatus, batchIds: row.batch_ids });
      endedIds.push(row.id);
    }
    if (costsNothing(row.status, move.to, move.failure)) unused.push(row.id);
    row.status = move.to;
    made.push(move);
  }
  if (made.length === 0) return made;
  await updateRows(trx, mergeByRow(made));
  await insertResults(trx, made, rows);
  // What people said about earlier runs of a picture counts for later ones; a first run has nothing yet.
  await storeEffects(
    trx,
    made.flatMap(({ analysisId, result }) => (result && rows.get(analysisId)!.is_rerun ? [analysisId] : [])),
  );
  await noteInStats(trx, endedIds, 'ENDED');
  await sumEnded(trx, endedIds);
  await refundAnalyses(trx, unused);
  await appendEvents(trx, [...events, ...(await countEnded(trx, ended))]);
  return made;
}

/**
 * Locked in the order of ids, so that two writers never deadlock. The batches are read by a separate statement, which sees the
 * batch of a submission that held a row while this waited for it (lockReplayed). If the id of that transaction is larger than this
 * one's, the batch's cursor would begin after the events of this one.
 * @throws OutOfOrderError if the log would report the moves of a row in another order than they were made in.
 */
async function lockRows(trx: Transaction<DB>, ids: string[]): Promise<Map<string, LockedRow>> {
  const { rows } = await sql<Omit<LockedRow, 'batch_ids'>>`
    select a.id, a.organization_id, a.status, a.task_id, a.place_id, a.visit_id, a.external_id, a.image_id, a.lease_worker_id,
      a.rerun_of is not null as is_rerun,
      ${writtenLater('a')} as written_later
    from analysis a where a.id = any(${ids}::uuid[]) order by a.id for update`.execute(trx);
  // The log would report this move before the one that led to the row's current status.
  if (rows.some((row) => row.written_later && !isTerminal(row.status))) throw new OutOfOrderError('analysis');
  const batchIds = new Map(ids.map((id): [string, string[]] => [id, []]));
  const members = await sql<{ analysis_id: string; batch_id: string; begun_later: boolean }>`
    select analysis_id, batch_id, batch.created_xid > pg_current_xact_id() as begun_later
    from batch_analysis join batch on batch.id = batch_id where analysis_id = any(${ids}::uuid[])`.execute(trx);
  if (members.rows.some((member) => member.begun_later)) throw new OutOfOrderError('batch');
  for (const { analysis_id, batch_id } of members.rows) batchIds.get(analysis_id)!.push(batch_id);
  return new Map(rows.map((row) => [row.id, { ...row, batch_ids: batchIds.get(row.id)! }]));
}

function changeEvent(row: LockedRow, { to, result }: Move): NewEvent {
  return {
    organizationId: row.organization_id,
    kind: 'ANALYSIS',
    entityId: row.id,
    taskId: row.task_id,
    batchIds: [...new Set(row.batch_ids)],
    state: {
      status: to,
      previousStatus: row.status,
      placeId: row.place_id,
      visitId: row.visit_id,
      externalId: row.external_id,
      imageId: row.image_id,
      confidence: result ? meanConfidence(result.detections) : null,
    },
  };
}

/** The columns that a row ends up with after all its moves. */
interface RowUpdate {
  id: string;
  status: AnalysisStatus;
  started_ago?: number | null;
  finished_ago?: number;
  attempt?: number | undefined;
  inactive_item_count?: number | undefined;
  detection_count?: number;
  confidence?: number | null;
  failure_code?: string | null;
  failure_message?: string | null;
  failure_retryable?: boolean | null;
}

function mergeByRow(moves: readonly Move[]): RowUpdate[] {
  const updates = new Map<string, RowUpdate>();
  for (const move of moves) {
    const update: RowUpdate = updates.get(move.analysisId) ?? { id: move.analysisId, status: move.to };
    update.status = move.to;
    if (move.attempt !== undefined) update.attempt = move.attempt;
    if (move.to === 'RUNNING') {
      update.started_ago = move.agoMs;
      update.inactive_item_count = move.inactiveItemCount;
    }
    if (isTerminal(move.to)) update.finished_ago = move.agoMs;
    if (move.failure) Object.assign(update, failureColumns(move.failure));
    if (move.result) {
      update.detection_count = move.result.detections.length;
      update.confidence = meanConfidence(move.result.detections);
    }
    updates.set(move.analysisId, update);
  }
  return [...updates.values()];
}

async function updateRows(trx: Transaction<DB>, updates: RowUpdate[]): Promise<void> {
  await sql`
    update analysis a set
      status = m.status,
      updated_at = now(),
      started_at = case
        when m.status in ('QUEUED', 'AWAITING_UPLOAD') then null
        else coalesce(now() - m.started_ago * interval '1 millisecond', a.started_at) end,
      finished_at = now() - m.finished_ago * interval '1 millisecond',
      -- Only what runs is held by anyone; RUNNING is reached only from a leased row.
      lease_worker_id = case when m.status = 'RUNNING' then a.lease_worker_id end,
      attempt = coalesce(m.attempt, a.attempt),
      inactive_item_count = coalesce(m.inactive_item_count, a.inactive_item_count),
      detection_count = coalesce(m.detection_count, a.detection_count),
      confidence = coalesce(m.confidence, a.confidence),
      failure_code = m.failure_code,
      failure_message = m.failure_message,
      failure_retryable = m.failure_retryable
    from json_to_recordset(${JSON.stringify(updates)}::json) as m(
      id uuid, status text, started_ago float8, finished_ago float8, attempt int, inactive_item_count int,
      detection_count int, confidence float8, failure_code text, failure_message text, failure_retryable boolean)
    where a.id = m.id`.execute(trx);
}

async function insertResults(
  trx: Transaction<DB>,
  moves: readonly Move[],
  rows: ReadonlyMap<string, LockedRow>,
): Promise<void> {
  const results = moves.flatMap(({ analysisId, result }) =>
    result ? [toResultRow(analysisId, rows.get(analysisId)!.organization_id, result)] : [],
  );
  if (results.length === 0) return;
  await sql`
    insert into analysis_result (
      analysis_id, organization_id, width, height, detections, labels, accepted, texts, codes, prices, timings, warnings,
      unnamed_facings, unnamed_area, unnamed_width)
    select * from json_to_recordset(${JSON.stringify(results.map(({ row }) => row))}::json) as r(
      analysis_id uuid, organization_id uuid, width int, height int, detections jsonb, labels jsonb, accepted boolean, texts jsonb,
      codes jsonb, prices jsonb,
      timings jsonb, warnings jsonb, unnamed_facings int, unnamed_area float8, unnamed_width float8)`.execute(trx);
  const items = results.flatMap((result) => result.items);
  if (items.length === 0) return;
  await sql`
    insert into analysis_item (analysis_id, organization_id, catalog_item_id, facings, area, width, confidence)
    select analysis_id, organization_id, "itemId", facings, area, width, confidence
    from json_to_recordset(${JSON.stringify(items)}::json) as i(
      analysis_id uuid, organization_id uuid, "itemId" uuid, facings int, area float8, width float8,
      confidence float8)`.execute(trx);
}

function toResultRow(analysis_id: string, organization_id: string, result: AnalysisResult) {
  const summaries = summarizeFacings(result.detections);
  const unnamed = summaries.find(({ itemId }) => itemId === null);
  const confidences = bestConfidences(result.detections);
  const key = { analysis_id, organization_id };
  return {
    row: {
      ...key,
      ...result,
      unnamed_facings: unnamed?.facings ?? 0,
      unnamed_area: unnamed?.area ?? 0,
      unnamed_width: unnamed?.width ?? 0,
    },
    items: summaries
      .filter((summary) => summary !== unnamed)
      .map((summary) => ({ ...key, ...summary, confidence: confidences.get(summary.itemId!) })),
  };
}
