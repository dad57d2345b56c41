import { type Kysely, type RawBuilder, sql } from 'kysely';
import { statsTables } from '../analyses/statistics/tables.ts';
import type { DB } from '../database/types.generated.ts';
import type { MediaType } from '../shared/media-type.ts';

/** The analyses of all organisations that wait for a worker. */
export interface Waiting {
  count: number;
  /** 0: none waits. */
  oldestSeconds: number;
}

/** Analyses of a media type that a worker may claim; the condition of their index. */
const claimable: Record<MediaType, RawBuilder<unknown>> = {
  IMAGE: sql`analysis where status = 'QUEUED' and lease_worker_id is null and not waits_for_image`,
  VIDEO: sql`video_analysis where status = 'QUEUED' and lease_worker_id is null`,
};

/** Ids begin with the time of creation, so that the index of claimable analyses alone tells both: without its condition, each scrape would read the table. */
export async function readWaiting(db: Kysely<DB>, mediaType: MediaType): Promise<Waiting> {
  const { rows } = await sql<Waiting>`
    select count, coalesce(greatest(0, extract(epoch from now()) - created_ms / 1000.0), 0)::float8 as "oldestSeconds"
    from (
      select count(*)::int as count,
        ('x' || lpad(left(replace(min(id::text), '-', ''), 12), 16, '0'))::bit(64)::bigint as created_ms
      from ${claimable[mediaType]}
    ) waiting`.execute(db);
  return rows[0]!;
}

/** Of the analyses that were submitted in the last hour, by quarters of hours, and have ended: the part that FAILED, 0..1; 0: none has ended. */
export async function readFailedShare(db: Kysely<DB>, mediaType: MediaType): Promise<number> {
  const { rows } = await sql<{ failed: number }>`
    select coalesce(sum(ended.failed) / nullif(sum(ended.failed + ended.succeeded), 0), 0)::float8 as failed
    from organization
    -- Organisation by organisation, because the index begins with it.
    cross join lateral (
      select failed, succeeded from ${statsTables[mediaType].counters}
      where organization_id = organization.id and bucket_at >= now() - interval '1 hour' and place_id is null
    ) ended`.execute(db);
  return rows[0]!.failed;
}
