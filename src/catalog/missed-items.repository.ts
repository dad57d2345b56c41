import { type Kysely, sql } from 'kysely';
import { type RoundLimits, type RoundScan, scanRound } from '../database/round-scan.ts';
import type { DB } from '../database/types.generated.ts';
import { indexCatalogItemJob, missedItemPriority } from '../jobs/definitions.ts';
import { addJobs } from '../jobs/jobs.repository.ts';

const scan: RoundScan = { name: 'missed_items', table: 'catalog_item', key: { id: 'uuid' }, rowsAtOnce: 5_000 };

/**
 * Adds jobs for items that should have been embedded but are not: ACTIVE ones without embeddings of a new model, and those that
 * have been INDEXING for an hour (their job failed for good).
 * @param models name@version of every embedder and every verifier in use.
 * @returns how many.
 */
export function addMissedItemJobs(
  db: Kysely<DB>,
  models: { embedders: readonly string[]; verifiers: readonly string[] },
  limits: RoundLimits,
): Promise<number> {
  return scanRound(db, scan, limits, async (trx, isInStep) => {
    const { rows } = await sql<{ organizationId: string; catalogItemId: string; revision: number }>`
      select organization_id as "organizationId", id as "catalogItemId", revision from catalog_item
      where ${isInStep} and ((status = 'INDEXING' and updated_at < now() - interval '1 hour')
        or (status = 'ACTIVE' and exists (
          select from unnest(${[...models.embedders]}::text[]) as wanted(model) where not exists (
            select from catalog_embedding e where e.catalog_item_id = catalog_item.id and e.model = wanted.model)))
        or (status = 'ACTIVE' and exists (
          select from unnest(${[...models.verifiers]}::text[]) as wanted(model) where not exists (
            select from catalog_features f where f.catalog_item_id = catalog_item.id and f.model = wanted.model))))
      order by id`.execute(trx);
    await addJobs(
      trx,
      indexCatalogItemJob,
      rows.map((payload) => ({ payload, priority: missedItemPriority })),
    );
    return rows.length;
  });
}
