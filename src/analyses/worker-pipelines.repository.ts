import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { DB } from '../database/types.generated.ts';

/** How long an analysis waits for a worker with its pipeline: longer than a machine takes to restart. */
const awaitMinutes = 10;

/** Records that a worker with these pipelines is running. Call it repeatedly; it writes once a minute. */
export async function announcePipelines(db: Kysely<DB>, keys: readonly string[]): Promise<void> {
  await sql`
    insert into worker_pipeline (key) select unnest(${[...keys].sort()}::text[])
    on conflict (key) do update set seen_at = now() where worker_pipeline.seen_at < now() - interval '1 minute'`.execute(
    db,
  );
}

/**
 * Whether a worker with these pipelines should take an analysis: one that it can run, or one that no worker can run, which then
 * ends FAILED because its model is missing. Analyses that another worker can run, or could run minutes ago, are left to that one:
 * during an upgrade both versions run, and the newer workers may be down for a moment.
 */
export function isForWorkerWith(keys: readonly string[], analysis: string): RawBuilder<boolean> {
  const pipeline = sql.ref(`${analysis}.pipeline`);
  return sql<boolean>`(${pipeline} = any(${[...keys]}::text[]) or (
    ${sql.ref(`${analysis}.created_at`)} < now() - ${awaitMinutes} * interval '1 minute'
    and ${pipeline} <> all((
      select coalesce(array_agg(key), '{}') from worker_pipeline
      where seen_at > now() - ${awaitMinutes} * interval '1 minute')::text[])))`;
}
