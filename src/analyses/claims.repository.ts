import { type Kysely, sql, type Transaction } from 'kysely';
import type { DB } from '../database/types.generated.ts';
import { moveAnalyses } from './life.repository.ts';
import type { AnalysisOptions } from './options.ts';
import { isForWorkerWith } from './worker-pipelines.repository.ts';

/** What a worker needs to run an analysis. */
export interface ClaimedAnalysis {
  id: string;
  organizationId: string;
  taskId: string;
  allCatalogItems: boolean;
  imageId: string | null;
  sha256: string | null;
  pipeline: string;
  priority: number;
  attempt: number;
  maxProcessingSeconds: number | null;
  /** The task's settings, overridden by the analysis's own options. */
  threshold: number | null;
  topCandidates: number;
  acceptGroups: readonly string[] | null;
  readCodes: boolean;
  currency: string | null;
  options: AnalysisOptions;
  readText: boolean;
  /** Whether its image should be made searchable. */
  isIndexing: boolean;
  /** Of the request that submitted it; null: traces were off. */
  traceparent: string | null;
}

/**
 * Leases up to `limit` QUEUED analyses whose pictures have arrived to a worker: by priority, and within one priority in turns
 * between organisations, oldest first, so that one tenant's ten thousand pictures do not delay another's single one. Waiting
 * organisations are found by skipping through the index (one probe each), not by reading the queue: the cost depends on the number
 * of organisations, not of analyses.
 * @param worker with the keys of its pipelines; analyses for pipelines of other workers are left to those.
 */
export async function claimAnalyses(
  db: Kysely<DB>,
  worker: { id: string; pipelines: readonly string[] },
  limit: number,
): Promise<ClaimedAnalysis[]> {
  const isMine = (analysis: string) => isForWorkerWith(worker.pipelines, analysis);
  const { rows } = await sql<ClaimedAnalysis>`
    with recursive waiting(priority, organization_id) as (
      (select priority, organization_id from analysis where status = 'QUEUED' and lease_worker_id is null
       and not waits_for_image and ${isMine('analysis')} order by priority, organization_id limit 1)
      union all
      select next.priority, next.organization_id from waiting cross join lateral (
        select a.priority, a.organization_id from analysis a where a.status = 'QUEUED' and a.lease_worker_id is null
          and not a.waits_for_image and (a.priority, a.organization_id) > (waiting.priority, waiting.organization_id)
          and ${isMine('a')}
        order by a.priority, a.organization_id limit 1) next
    ),
    candidate as (
      select mine.id, waiting.priority, mine.turn from waiting cross join lateral (
        select id, row_number() over (order by id) as turn from (
          select a.id from analysis a where a.status = 'QUEUED' and a.lease_worker_id is null
            and not a.waits_for_image and a.priority = waiting.priority and a.organization_id = waiting.organization_id
            and ${isMine('a')}
          order by a.id limit ${limit} for update skip locked) first_ones) mine
    ),
    chosen as (select id from candidate order by priority, turn, id limit ${limit}),
    leased as (
      update analysis set lease_worker_id = ${worker.id} where id in (select id from chosen) returning *
    )
    select leased.id, leased.organization_id as "organizationId", leased.task_id as "taskId",
      task.all_catalog_items as "allCatalogItems", leased.image_id as "imageId", encode(image.sha256, 'hex') as sha256,
      leased.pipeline, leased.priority, leased.attempt, leased.max_processing_seconds as "maxProcessingSeconds",
      task.threshold, task.top_candidates as "topCandidates", leased.accept_groups as "acceptGroups", leased.options,
      leased.read_text as "readText", leased.read_codes as "readCodes", leased.currency, leased.traceparent,
      coalesce(image.indexing_status = 'INDEXING', false) as "isIndexing"
    from leased join task on task.id = leased.task_id left join image on image.id = leased.image_id
    order by leased.priority, leased.id`.execute(db);
  return rows;
}

/**
 * Returns the analyses of dead or leaving workers to the queue: RUNNING becomes QUEUED again, with an event, and leases end.
 * @param only these of their analyses; default: all.
 * @returns how many can be claimed again.
 * @throws OutOfOrderError, so call it in a transaction of `inLogOrder`.
 */
export async function releaseLeases(
  trx: Transaction<DB>,
  workerIds: readonly string[],
  only?: readonly string[],
): Promise<number> {
  const held = await trx
    .selectFrom('analysis')
    .select(['id', 'status'])
    .where('lease_worker_id', 'in', [...workerIds])
    .$if(only !== undefined, (query) => query.where('id', 'in', [...only!]))
    .orderBy('id')
    .forUpdate()
    .execute();
  if (held.length === 0) return 0;
  await moveAnalyses(
    trx,
    held.filter(({ status }) => status === 'RUNNING').map(({ id }) => ({ analysisId: id, to: 'QUEUED', agoMs: 0 })),
  );
  await trx
    .updateTable('analysis')
    .set({ lease_worker_id: null })
    .where(
      'id',
      'in',
      held.map(({ id }) => id),
    )
    .execute();
  return held.length;
}

/** The leases of a worker according to the rows. The worker may know of fewer, because the response to a claim can be lost. */
export async function listLeased(db: Kysely<DB>, workerId: string): Promise<string[]> {
  const rows = await db.selectFrom('analysis').select('id').where('lease_worker_id', '=', workerId).execute();
  return rows.map(({ id }) => id);
}

/** Those of these analyses that a worker should stop: cancelled, deleted, or no longer leased to it. */
export async function findLost(
  db: Kysely<DB>,
  table: 'analysis' | 'video_analysis',
  workerId: string,
  ids: readonly string[],
): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select wanted.id::text as id from unnest(${[...ids]}::uuid[]) as wanted(id)
    where not exists (
      select from ${sql.table(table)} a where a.id = wanted.id and a.lease_worker_id = ${workerId})`.execute(db);
  return rows.map((row) => row.id);
}
