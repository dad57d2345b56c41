import { type RawBuilder, type SqlBool, sql, type Transaction } from 'kysely';
import { type AnalysisStatus, costsNothing, isTerminal, mayMove, openStatuses } from '../analyses/life.ts';
import type { DB } from '../database/types.generated.ts';
import type { NewEvent } from '../events/event.ts';
import { appendEvents } from '../events/log.ts';
import { OutOfOrderError, writtenLater } from '../events/order.ts';
import { type Failure, failureColumns } from '../shared/failure.ts';
import { settleCredits } from './credits.repository.ts';
import { noteVideosInStats } from './statistics.repository.ts';

/** A requested change of status. It is made only if the table of moves allows it (analyses/life.ts), as for analyses of images. */
export interface VideoMove {
  id: string;
  to: AnalysisStatus;
  /** Made only if this worker holds the lease; absent: whichever does. */
  workerId?: string;
  /** FAILED */
  failure?: Failure;
}

/** The state of a video analysis that is locked. */
export interface LockedVideoAnalysis {
  id: string;
  organization_id: string;
  status: AnalysisStatus;
  task_id: string;
  video_id: string | null;
  place_id: string | null;
  visit_id: string | null;
  external_id: string | null;
  lease_worker_id: string | null;
}

/**
 * Makes moves with their events, and gives credits back that were not used.
 * @returns the ids of those that were made. One that is not allowed (any longer) is skipped.
 * @throws OutOfOrderError, so call it in a transaction of `inLogOrder`.
 */
export async function moveVideoAnalyses(trx: Transaction<DB>, moves: readonly VideoMove[]): Promise<string[]> {
  const byId = new Map(moves.map((move) => [move.id, move]));
  const locked = await lockWhere(trx, sql`id = any(${[...byId.keys()]}::uuid[])`);
  const made = locked.filter((row) => isAllowed(row, byId.get(row.id)!));
  for (const row of made) await move(trx, row, byId.get(row.id)!);
  const ended = made.filter(({ id }) => isTerminal(byId.get(id)!.to));
  await noteVideosInStats(
    trx,
    ended.map(({ id }) => id),
    'ENDED',
  );
  return made.map(({ id }) => id);
}

/** The open analyses of a video, locked in the order of ids; lock the video first. @throws OutOfOrderError */
export function lockOpenOfVideo(
  trx: Transaction<DB>,
  organizationId: string,
  videoId: string,
): Promise<LockedVideoAnalysis[]> {
  return lockWhere(
    trx,
    sql`organization_id = ${organizationId} and video_id = ${videoId} and status = any(${openStatuses}::text[])`,
  );
}

/** Locked in the order of ids, as by every writer. @throws OutOfOrderError */
export async function lockWhere(trx: Transaction<DB>, condition: RawBuilder<unknown>): Promise<LockedVideoAnalysis[]> {
  const rows = await trx
    .selectFrom('video_analysis')
    .select(['id', 'organization_id', 'status', 'task_id', 'video_id', 'place_id', 'visit_id', 'external_id'])
    .select('lease_worker_id')
    .select(writtenLater('video_analysis').as('written_later'))
    .where(condition as RawBuilder<SqlBool>)
    .orderBy('id')
    .forUpdate()
    .execute();
  if (rows.some((row) => row.written_later && !isTerminal(row.status))) throw new OutOfOrderError('video_analysis');
  return rows;
}

/** An event about an analysis as it is; `status` is the one after the change. */
export function videoEvent(
  row: LockedVideoAnalysis,
  status: AnalysisStatus,
  change: VideoChange,
): Extract<NewEvent, { kind: 'VIDEO_ANALYSIS' }> {
  const { id, organization_id, task_id, video_id, place_id, visit_id, external_id } = row;
  const common = { status, videoId: video_id, placeId: place_id, visitId: visit_id, externalId: external_id };
  return {
    organizationId: organization_id,
    kind: 'VIDEO_ANALYSIS',
    entityId: id,
    taskId: task_id,
    state: { ...common, ...change },
  };
}

type VideoState = Extract<NewEvent, { kind: 'VIDEO_ANALYSIS' }>['state'];
type ChangeOf<State> = State extends unknown
  ? Omit<State, 'status' | 'videoId' | 'placeId' | 'visitId' | 'externalId'>
  : never;
type VideoChange = ChangeOf<VideoState>;

function isAllowed(row: LockedVideoAnalysis, { to, workerId }: VideoMove): boolean {
  return mayMove(row.status, to) && (workerId === undefined || workerId === row.lease_worker_id);
}

async function move(trx: Transaction<DB>, row: LockedVideoAnalysis, { to, failure }: VideoMove): Promise<void> {
  await trx
    .updateTable('video_analysis')
    .set({
      status: to,
      updated_at: sql<Date>`now()`,
      ...(to === 'RUNNING' && { started_at: sql<Date>`coalesce(started_at, now())` }),
      ...(isTerminal(to) && { finished_at: sql<Date>`now()` }),
      ...(to !== 'RUNNING' && { lease_worker_id: null }),
      ...failureColumns(failure ?? null),
    })
    .where('id', '=', row.id)
    .execute();
  await appendEvents(trx, [videoEvent(row, to, { change: 'STATUS', previousStatus: row.status })]);
  if (isTerminal(to)) await settleCredits(trx, row.organization_id, row.id, costsNothing(row.status, to, failure));
}
