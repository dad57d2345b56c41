import { type Kysely, sql, type Transaction } from 'kysely';
import type { DB } from '../database/types.generated.ts';
import { inLogOrder } from '../events/order.ts';
import { unlockJobs } from '../jobs/jobs.repository.ts';
import { releaseLeases } from './claims.repository.ts';

/** A worker that is silent for this long is declared dead: it has missed four heartbeats. */
export const silentAfterSeconds = 20;

export interface WorkerProcess {
  id: string;
  /** What graphile-worker writes into `locked_by` of its jobs. They change when its job queues are started again. */
  readonly poolIds: readonly string[];
  /** The DATA_DIR that it has locked, if any. */
  dataDirId: string | null;
  /** Of the lock on its LISTEN connection; null: it holds none now. */
  readonly livenessKey: string | null;
  host: string;
  pid: number;
  version: string;
}

/** Records that this process is running, also after it was wrongly declared dead, for example because the machine slept. */
export async function beat(db: Kysely<DB>, worker: WorkerProcess, engines: readonly object[]): Promise<void> {
  const engineStates = JSON.stringify(engines);
  const poolIds = [...worker.poolIds];
  const { livenessKey } = worker;
  await db
    .insertInto('worker_process')
    .values({
      id: worker.id,
      pool_ids: poolIds,
      data_dir_id: worker.dataDirId,
      liveness_key: livenessKey,
      host: worker.host,
      pid: worker.pid,
      version: worker.version,
      engines: engineStates,
    })
    .onConflict((conflict) =>
      conflict.column('id').doUpdateSet({
        heartbeat_at: sql`now()`,
        pool_ids: poolIds,
        liveness_key: livenessKey,
        engines: engineStates,
      }),
    )
    .execute();
}

/** Workers that used this DATA_DIR before: the process that now holds its lock knows that they are dead. */
export async function declarePredecessorsDead(trx: Transaction<DB>, dataDirId: string): Promise<RecoveredWork> {
  const dead = await trx
    .selectFrom('worker_process')
    .select(['id', 'pool_ids'])
    .where('data_dir_id', '=', dataDirId)
    .orderBy('id')
    .forUpdate()
    .execute();
  return declareDead(trx, dead);
}

/**
 * Workers that have been silent for too long. Their rows are locked from here on: otherwise a worker that wakes up now could claim
 * between the release of its leases and its removal, and what it claimed would never be released.
 */
export async function declareSilentDead(trx: Transaction<DB>): Promise<RecoveredWork> {
  const dead = await trx
    .selectFrom('worker_process')
    .select(['id', 'pool_ids'])
    .where('heartbeat_at', '<', sql<Date>`now() - ${silentAfterSeconds} * interval '1 second'`)
    .orderBy('id')
    .forUpdate()
    .execute();
  return declareDead(trx, dead);
}

/** A worker whose LISTEN connection has ended, as its row and the lock were when that was noticed. */
export interface Disconnected {
  id: string;
  livenessKey: string;
  /** As text, because it has more digits than a Date. */
  heartbeatAt: string;
}

/** Workers whose rows say that they hold a lock, while it is free. The one that asks may be among them. */
export async function findDisconnected(db: Kysely<DB>): Promise<Disconnected[]> {
  // A shared lock until the statement ends, so that workers that ask at the same time do not take it for that of the worker.
  const { rows } = await sql<Disconnected>`
    select id, liveness_key as "livenessKey", heartbeat_at::text as "heartbeatAt" from worker_process
    where pg_try_advisory_xact_lock_shared(liveness_key)`.execute(db);
  return rows;
}

/** Those of these workers that have given no sign of life since. Their rows are locked for the reason given above. */
export async function declareDisconnectedDead(
  trx: Transaction<DB>,
  disconnected: readonly Disconnected[],
): Promise<RecoveredWork> {
  const { rows } = await sql<{ id: string; pool_ids: string[] }>`
    select worker.id, worker.pool_ids
    from worker_process worker join json_to_recordset(${JSON.stringify(disconnected)}::json)
      as known(id uuid, "livenessKey" bigint, "heartbeatAt" timestamptz) on known.id = worker.id
    where worker.liveness_key = known."livenessKey" and worker.heartbeat_at = known."heartbeatAt"
      and pg_try_advisory_xact_lock_shared(worker.liveness_key)
    order by worker.id for update of worker`.execute(trx);
  return declareDead(trx, rows);
}

/** A worker that stops by itself: its unfinished work is released at once. */
export function resign(trx: Transaction<DB>, worker: Pick<WorkerProcess, 'id' | 'poolIds'>): Promise<RecoveredWork> {
  return declareDead(trx, [{ id: worker.id, pool_ids: [...worker.poolIds] }]);
}

export interface RecoveredWork {
  workers: number;
  /** Number of analyses that can be claimed again. */
  released: number;
}

/** Ends the leases of dead workers and unlocks their jobs. */
async function declareDead(
  trx: Transaction<DB>,
  dead: readonly { id: string; pool_ids: string[] }[],
): Promise<RecoveredWork> {
  if (dead.length === 0) return { workers: 0, released: 0 };
  const ids = dead.map(({ id }) => id);
  const released = await releaseLeases(trx, ids);
  await unlockJobs(
    trx,
    dead.flatMap(({ pool_ids }) => pool_ids),
  );
  await trx.deleteFrom('worker_process').where('id', 'in', ids).execute();
  return { workers: dead.length, released };
}

/** Runs `work` unless another process is running it now; the lock ends with the transaction. */
export function asLeader<T>(db: Kysely<DB>, work: (trx: Transaction<DB>) => Promise<T>): Promise<T | null> {
  return inLogOrder(db, async (trx) => {
    const { rows } = await sql<{ leader: boolean }>`
      select pg_try_advisory_xact_lock(hashtext('sightline:recovery')) as leader`.execute(trx);
    return rows[0]?.leader ? work(trx) : null;
  });
}
