import { type Kysely, sql } from 'kysely';
import type { DB } from '../database/types.generated.ts';

/** The analyses of all organisations that wait for a worker. */
export interface Waiting {
  count: number;
  /** 0: none waits. */
  oldestSeconds: number;
}

/** Ids begin with the time of creation, so that the index of claimable analyses alone tells both: without its condition, each scrape would read the table. */
export async function readWaiting(db: Kysely<DB>): Promise<Waiting> {
  const { rows } = await sql<Waiting>`
    select count, coalesce(greatest(0, extract(epoch from now()) - created_ms / 1000.0), 0)::float8 as "oldestSeconds"
    from (
      select count(*)::int as count,
        ('x' || lpad(left(replace(min(id::text), '-', ''), 12), 16, '0'))::bit(64)::bigint as created_ms
      from analysis where status = 'QUEUED' and lease_worker_id is null and not waits_for_image
    ) waiting`.execute(db);
  return rows[0]!;
}

/** Of the analyses that were submitted in the last hour, by quarters of hours, and have ended. */
export async function readEndedShares(db: Kysely<DB>): Promise<{ failed: number }> {
  const { rows } = await sql<{ failed: number }>`
    select coalesce(sum(ended.failed) / nullif(sum(ended.failed + ended.succeeded), 0), 0)::float8 as failed
    from organization
    -- Organisation by organisation, because the index begins with it.
    cross join lateral (
      select failed, succeeded from analysis_stats
      where organization_id = organization.id and bucket_at >= now() - interval '1 hour' and place_id is null
    ) ended`.execute(db);
  return rows[0]!;
}
