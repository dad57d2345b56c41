import { type Kysely, type RawBuilder, sql, type Transaction } from 'kysely';
import type { DB } from '../database/types.generated.ts';
import { currentTraceparent } from '../tracing/tracing.ts';
import { type JobDefinition, jobKey } from './define-job.ts';

/** One job to add. */
export interface NewJob<Payload extends object> {
  payload: Payload;
  /** Instead of the definition's; smaller runs first. */
  priority?: number;
  /** Not before. Default 0. */
  afterSeconds?: number;
  /** Adds another job even if the definition has a key and one with that key is waiting. Default false. */
  isExtra?: boolean;
}

/**
 * Adds jobs in the transaction that makes them necessary, so that neither exists without the other. One call for any number of
 * jobs: one at a time they are 70 times slower (37,000 against 500 a second measured), and each call sends a NOTIFY.
 * graphile-worker's own addJobs() maps returned rows by index and is not used: keyed rows can be missing.
 */
export async function addJobs<Payload extends object>(
  trx: Transaction<DB>,
  job: JobDefinition<string, Payload>,
  added: readonly NewJob<Payload>[],
): Promise<void> {
  if (added.length === 0) return;
  const traceparent = job.isWakeToken ? null : currentTraceparent();
  const specs = added.map(({ payload, priority, afterSeconds, isExtra }) => ({
    identifier: job.name,
    // Not a field of the definition: handlers do not see it, and workers of a version before leave it aside.
    payload: traceparent === null ? payload : { ...payload, traceparent },
    priority: priority ?? job.priority,
    max_attempts: job.maxAttempts,
    job_key: isExtra ? undefined : jobKey(job, payload),
    afterSeconds: afterSeconds || undefined,
  }));
  const { rows } = await sql<{ id: string }>`
    select id from graphile_worker.add_jobs(
      array(
        select jsonb_populate_record(null::graphile_worker.job_spec, spec || jsonb_build_object(
          -- The database's clock, as workers compare it with that.
          'run_at', now() + (spec ->> 'afterSeconds')::float8 * interval '1 second'))
        from jsonb_array_elements(${JSON.stringify(specs)}::jsonb) spec
      ),
      job_key_preserve_run_at := ${job.preservesRunAt}
    )`.execute(trx);
  const keyless = specs.filter(({ job_key }) => job_key === undefined).length;
  if (rows.length < keyless)
    throw new Error(`${keyless} jobs were to be added and ${rows.length} were. Nothing was changed.`);
}

/** Adds a job that does not belong to any other change. */
export function addJob<Payload extends object>(
  db: Kysely<DB>,
  job: JobDefinition<string, Payload>,
  added: NewJob<Payload>,
): Promise<void> {
  return db.transaction().execute((trx) => addJobs(trx, job, [added]));
}

/** Removes the waiting job with this key; a running one is not retried. */
export async function removeWaitingJob(db: Kysely<DB>, key: string): Promise<void> {
  await sql`select graphile_worker.remove_job(${key})`.execute(db);
}

/**
 * Removes a job of this kind whose attempts are used up: its workers died, including the last one, or it failed every time.
 * @returns its payload, so that the caller can end what it was for in the same transaction; null: there is none.
 */
export async function takeGivenUpJob<Payload extends object>(
  trx: Transaction<DB>,
  job: JobDefinition<string, Payload>,
): Promise<Payload | null> {
  // The tables of graphile-worker are private to it. Its view `jobs` has no payloads, but complete_jobs() returns them.
  const { rows } = await sql<{ payload: unknown }>`
    select payload from graphile_worker.complete_jobs(array(
      select id from graphile_worker.jobs
      where task_identifier = ${job.name} and attempts >= max_attempts and locked_at is null
      order by id limit 1))`.execute(trx);
  return rows[0] ? job.payload.parse(rows[0].payload) : null;
}

/**
 * A condition: a job of this kind runs, or is going to. For kinds whose key is one id.
 * @param id the column with that id.
 */
export function hasLiveJob(job: Pick<JobDefinition, 'name'>, id: RawBuilder<unknown>): RawBuilder<boolean> {
  return sql<boolean>`exists (
    select from graphile_worker.jobs job
    where job.key = ${job.name} || ':' || ${id} and (job.attempts < job.max_attempts or job.locked_at is not null))`;
}

/** Unlocks the jobs of pools that have ended; graphile-worker itself would wait four hours. */
export async function unlockJobs(db: Kysely<DB>, poolIds: readonly string[]): Promise<void> {
  await sql`select graphile_worker.force_unlock_workers(${[...poolIds]}::text[])`.execute(db);
}

/** For how many seconds the job that is most overdue has waited; 0: none is. Jobs that failed for the last time do not count: they are logged. */
export async function readOverdueJobs(db: Kysely<DB>): Promise<number> {
  const { rows } = await sql<{ seconds: number }>`
    select coalesce(greatest(0, extract(epoch from now() - min(run_at))), 0)::float8 as seconds
    from graphile_worker.jobs where locked_at is null and attempts < max_attempts`.execute(db);
  return rows[0]!.seconds;
}
