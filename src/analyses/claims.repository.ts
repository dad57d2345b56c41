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

/** A worker that claims. */
export interface Claimer {
  id: string;
  /** Keys of its pipelines; analyses for pipelines of other workers are left to those. */
  pipelines: readonly string[];
  /** The organisation that its previous claim ended with, see {@link endOfClaim}; null: it has claimed nothing. */
  after: string | null;
}

/** By how much the shares of organisations exceed what a claim takes, since some have fewer. What they exceed is locked in vain. */
const lockedPerTaken = 4;
/** Behind every id of an organisation. */
const lastUuid = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

/**
 * Leases up to `limit` QUEUED analyses whose pictures have arrived to a worker: by priority, and within one priority in turns
 * between organisations, so that one tenant's ten thousand pictures do not delay another's single one; of each organisation, oldest
 * first. Waiting organisations are found by skipping through the index (one probe each), not by reading the queue, and at most `limit`
 * of them are visited, the next ones after the previous claim: the cost depends neither on the number of analyses nor on that of
 * organisations.
 */
export async function claimAnalyses(db: Kysely<DB>, worker: Claimer, limit: number): Promise<ClaimedAnalysis[]> {
  const isClaimable = sql<boolean>`a.status = 'QUEUED' and a.lease_worker_id is null and not a.waits_for_image
    and ${isForWorkerWith(worker.pipelines, 'a')}`;
  const after = worker.after ?? lastUuid;
  const { rows } = await sql<ClaimedAnalysis>`
    with recursive most_urgent as (
      select a.priority from analysis a where ${isClaimable} order by a.priority, a.organization_id limit 1
    ),
    ahead(priority, organization_id) as (
      (select a.priority, a.organization_id from analysis a where ${isClaimable}
        and a.priority = (select priority from most_urgent) and a.organization_id > ${after}
       order by a.organization_id limit 1)
      union all
      select next.priority, next.organization_id from ahead cross join lateral (
        select a.priority, a.organization_id from analysis a where ${isClaimable}
          and a.priority = ahead.priority and a.organization_id > ahead.organization_id
        order by a.organization_id limit 1) next
    ),
    waiting(priority, organization_id) as (
      (select a.priority, a.organization_id from analysis a where ${isClaimable} order by a.priority, a.organization_id limit 1)
      union all
      select next.priority, next.organization_id from waiting cross join lateral (
        select a.priority, a.organization_id from analysis a where ${isClaimable}
          and (a.priority, a.organization_id) > (waiting.priority, waiting.organization_id)
        order by a.priority, a.organization_id limit 1) next
    ),
    -- No more of the recursions is run than is taken here.
    visited as (
      select row_number() over () as place, turn.* from (
        select * from ahead
        union all
        select * from waiting
        where not (waiting.priority = (select priority from most_urgent) and waiting.organization_id > ${after})
        limit ${limit}) turn
    ),
    shared as (
      select visited.*, least(${limit}, 1 + ${limit * lockedPerTaken} / count(*) over (partition by priority)) as share from visited
    ),
    candidate as (
      select mine.id, shared.priority, mine.turn, shared.place, shared.share from shared cross join lateral (
        select id, row_number() over (order by id) as turn from (
          select a.id from analysis a where ${isClaimable}
            and a.priority = shared.priority and a.organization_id = shared.organization_id
          order by a.id limit shared.share for update skip locked) first_ones) mine
    ),
    -- Nothing of a later priority while an organisation may have more of an earlier one.
    chosen as (
      select id from candidate
      where priority <= all (select priority from candidate where turn = share and share < ${limit})
      order by priority, turn, place limit ${limit}
    ),
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

/** The organisation that a claim ended with, so that the next one begins behind it. */
export function endOfClaim(claimed: readonly ClaimedAnalysis[], after: string | null): string | null {
  const [first] = claimed;
  if (!first) return after;
  const visited = claimed
    .filter(({ priority }) => priority === first.priority)
    .map(({ organizationId }) => organizationId);
  // Those at or before the previous end were visited last: the claim had come to the end of all organisations.
  const wrapped = visited.filter((id) => after !== null && id <= after);
  return (wrapped.length > 0 ? wrapped : visited).reduce((a, b) => (a > b ? a : b));
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
