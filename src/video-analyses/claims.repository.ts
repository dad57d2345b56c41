import { type Kysely, sql, type Transaction } from 'kysely';
import type { AnalysisOptions } from '../analyses/options.ts';
import { isForWorkerWith } from '../analyses/worker-pipelines.repository.ts';
import type { DB } from '../database/types.generated.ts';
import { appendEvents } from '../events/log.ts';
import { lockWhere, moveVideoAnalyses, videoEvent } from './life.repository.ts';
import type { VideoTimings } from './seconds.repository.ts';

/** What a worker needs to run a video analysis. */
export interface ClaimedVideo {
  id: string;
  /** Of the worker that holds the lease. */
  workerId: string;
  organizationId: string;
  taskId: string;
  allCatalogItems: boolean;
  videoId: string;
  /** Of the video's bytes, lower-case hex. */
  sha256: string;
  /** By the header; null: it does not say. */
  headerSeconds: number | null;
  pipeline: string;
  priority: number;
  /** The task's settings, overridden by the analysis's own options. */
  threshold: number | null;
  topCandidates: number;
  acceptGroups: readonly string[] | null;
  options: AnalysisOptions;
  framesPerSecond: number;
  keyFramesOnly: boolean;
  maxFrames: number | null;
  maxProcessingSeconds: number | null;
  /** How often it was claimed since its last second was stored, this time included. */
  attempt: number;
  /** Its seconds before this one are stored. */
  nextSecond: number;
  sampledFrames: number;
  processingMs: number;
  timings: Partial<VideoTimings>;
  /** The plan's; null: the server's. */
  maxSeconds: number | null;
  /** Of the request that submitted it; null: traces were off. */
  traceparent: string | null;
}

/**
 * Leases one QUEUED video analysis whose video is READY to a worker, and makes it RUNNING: by priority, and within one priority that of
 * the organisation with the fewest running ones, oldest first.
 * @returns null: there is none.
 * @throws OutOfOrderError, so call it in a transaction of `inLogOrder`.
 */
export async function claimVideoAnalysis(
  trx: Transaction<DB>,
  worker: { id: string; pipelines: readonly string[] },
): Promise<ClaimedVideo | null> {
  const { rows } = await sql<{ id: string }>`
    select a.id from video_analysis a
    join video v on v.organization_id = a.organization_id and v.id = a.video_id and v.status = 'READY'
    where a.status = 'QUEUED' and a.lease_worker_id is null and ${isForWorkerWith(worker.pipelines, 'a')}
    order by a.priority, (
      select count(*) from video_analysis other
      where other.organization_id = a.organization_id and other.status = 'RUNNING'), a.id
    limit 1 for update of a skip locked`.execute(trx);
  const [chosen] = rows;
  if (!chosen) return null;
  const [row] = await lockWhere(trx, sql`id = ${chosen.id}`);
  if (row?.status !== 'QUEUED') return null;
  const claimed = await sql<ClaimedVideo>`
    update video_analysis a set status = 'RUNNING', lease_worker_id = ${worker.id}, attempt = attempt + 1,
      started_at = coalesce(started_at, now()), updated_at = now()
    from task, video v, organization o, plan
    where a.id = ${chosen.id} and task.id = a.task_id and v.organization_id = a.organization_id and v.id = a.video_id
      and o.id = a.organization_id and plan.name = o.plan
    returning a.id, a.lease_worker_id as "workerId", a.organization_id as "organizationId", a.task_id as "taskId",
      task.all_catalog_items as "allCatalogItems", v.id as "videoId", encode(v.sha256, 'hex') as sha256,
      v.header_seconds as "headerSeconds", a.pipeline, a.priority, task.threshold, task.top_candidates as "topCandidates",
      a.accept_groups as "acceptGroups", a.options, a.frames_per_second as "framesPerSecond",
      a.key_frames_only as "keyFramesOnly", a.max_frames as "maxFrames",
      a.max_processing_seconds as "maxProcessingSeconds", a.attempt, a.next_second as "nextSecond",
      a.sampled_frames as "sampledFrames", a.processing_ms as "processingMs", a.timings,
      plan.max_video_seconds as "maxSeconds", a.traceparent`.execute(trx);
  await appendEvents(trx, [videoEvent(row, 'RUNNING', { change: 'STATUS', previousStatus: 'QUEUED' })]);
  return claimed.rows[0] ?? null;
}

/**
 * Queues what runs without a lease, because its worker was declared dead (its row is deleted, which ends its leases).
 * @returns how many.
 * @throws OutOfOrderError
 */
export async function requeueAbandoned(trx: Transaction<DB>): Promise<number> {
  const { rows } = await sql<{ id: string }>`
    select id from video_analysis where status = 'RUNNING' and lease_worker_id is null
    order by id for update skip locked`.execute(trx);
  return (
    await moveVideoAnalyses(
      trx,
      rows.map(({ id }) => ({ id, to: 'QUEUED' })),
    )
  ).length;
}

/**
 * Video analyses that are leased to a worker which does not hold them, because the response to its claim was lost, or the database was
 * unreachable when they ended. Only those that have not changed for some time, because a claim may be in progress.
 */
export async function findForgottenVideos(
  db: Kysely<DB>,
  workerId: string,
  heldIds: readonly string[],
): Promise<string[]> {
  const rows = await db
    .selectFrom('video_analysis')
    .select('id')
    .where('lease_worker_id', '=', workerId)
    .where('id', '<>', sql<string>`all(${[...heldIds]}::uuid[])`)
    .where('updated_at', '<', sql<Date>`now() - interval '10 seconds'`)
    .execute();
  return rows.map(({ id }) => id);
}

/** Whether any can be claimed. */
export async function areVideosWaiting(db: Kysely<DB>): Promise<boolean> {
  const { rows } = await sql<{ waiting: boolean }>`
    select exists (
      select from video_analysis a
      join video v on v.organization_id = a.organization_id and v.id = a.video_id and v.status = 'READY'
      where a.status = 'QUEUED' and a.lease_worker_id is null) as waiting`.execute(db);
  return rows[0]?.waiting ?? false;
}
