import { type Kysely, sql } from 'kysely';
import { type RoundLimits, type RoundScan, scanRound } from '../database/round-scan.ts';
import type { DB } from '../database/types.generated.ts';
import { addIndexJobs } from '../images/index-jobs.ts';

const scan: RoundScan = { name: 'missed_images', table: 'image', key: { id: 'uuid' }, rowsAtOnce: 5_000 };

/**
 * Adds jobs for images that should have been searchable with this model for more than an hour but are not: the model is new, or
 * their job failed for good. Images whose analyses have not ended have a job that waits for that.
 * @returns how many.
 */
export function addMissedIndexJobs(db: Kysely<DB>, model: string, limits: RoundLimits): Promise<number> {
  return scanRound(db, scan, limits, async (trx, isInStep) => {
    const { rows } = await sql<{ organization_id: string; ids: string[] }>`
      select image.organization_id, array_agg(image.id order by image.id) as ids from image
      where ${isInStep} and image.status = 'READY' and image.created_at < now() - interval '1 hour'
        and (image.indexing_status in ('INDEXING', 'INDEXED')
          or (image.indexing_status = 'FAILED' and image.failure_retryable))
        and not exists (
          select from analysis a
          where a.organization_id = image.organization_id and a.image_id = image.id and a.finished_at is null)
        and not exists (
          select from blob_embedding e
          where e.organization_id = image.organization_id and e.sha256 = image.sha256 and e.model = ${model})
      group by image.organization_id`.execute(trx);
    for (const { organization_id, ids } of rows) await addIndexJobs(trx, organization_id, ids, 0);
    return rows.reduce((sum, { ids }) => sum + ids.length, 0);
  });
}
