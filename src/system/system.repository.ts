import { type Kysely, sql } from 'kysely';
import { silentAfterSeconds } from '../analyses/worker-processes.repository.ts';
import type { DB } from '../database/types.generated.ts';
import type { Engine, ReportedEngine } from './engines.ts';

/** The waiting and running analyses of an organisation. */
export interface Queue {
  organizationId: string;
  queued: number;
  running: number;
  /** null: nothing waits. */
  oldestQueuedSeconds: number | null;
}

/**
 * The engines of all workers that are alive, as of their last heartbeat. They serve all organisations, so there is no organisation
 * parameter.
 */
export async function listEngines(db: Kysely<DB>): Promise<Engine[]> {
  const rows = await db
    .selectFrom('worker_process')
    .select(['id', 'engines'])
    .where('heartbeat_at', '>=', sql<Date>`now() - ${silentAfterSeconds} * interval '1 second'`)
    .orderBy('id')
    .execute();
  return rows.flatMap((row) =>
    (row.engines as unknown as ReportedEngine[]).map((engine) => ({ ...engine, workerId: row.id })),
  );
}

/**
 * The queues of these organisations, in any order. Counted in the index of status. Ids are in the order of creation, so the oldest
 * is also one step in that index.
 */
export async function readQueues(db: Kysely<DB>, organizationIds: readonly string[]): Promise<Queue[]> {
  const { rows } = await sql<Queue>`
    select asked.id as "organizationId",
      (select count(*)::int from analysis where organization_id = asked.id and status = 'QUEUED') as queued,
      (select count(*)::int from analysis where organization_id = asked.id and status = 'RUNNING') as running,
      (select extract(epoch from greatest(now() - created_at, interval '0'))::float8 from analysis
       where organization_id = asked.id and status = 'QUEUED' order by id limit 1) as "oldestQueuedSeconds"
    from unnest(${[...organizationIds]}::uuid[]) as asked(id)`.execute(db);
  return rows;
}
