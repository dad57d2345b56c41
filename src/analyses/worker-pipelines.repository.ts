import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { DB } from '../database/types.generated.ts';

/** For how long an analysis waits for a worker that has its pipeline: longer than any machine takes to come back. */
const awaitMinutes = 10;

/** Says that a worker with these pipelines is there. To be repeated; it writes once a minute. */
export async function announcePipelines(db: Kysely<DB>, keys: readonly string[]): Promise<void> {
  await sql`
    insert into worker_pipeline (key) select unnest(${[...keys].sort()}::text[])
    on conflict (key) do update set seen_at = now() where worker_pipeline.seen_at < now() - interval '1 minute'`.execute(
    db,
  );
}

/**
 * Whether a worker with these pipelines is to take an analysis: one that it can run; or one that nobody can, which ends
 * FAILED then, for want of its model. What another one can run, or could minutes ago, is left to that: versions run beside each
 * other while workers are upgraded, and the newer ones may be away for a moment.
 */
export function isForWorkerWith(keys: readonly string[], analysis: string): RawBuilder<boolean> {
  const pipeline = sql.ref(`${analysis}.pipeline`);
  return sql<boolean>`(${pipeline} = any(${[...keys]}::text[]) or (
    ${sql.ref(`${analysis}.created_at`)} < now() - ${awaitMinutes} * interval '1 minute'
    and ${pipeline} <> all((
      select coalesce(array_agg(key), '{}') from worker_pipeline
      where seen_at > now() - ${awaitMinutes} * interval '1 minute')::text[])))`;
}
