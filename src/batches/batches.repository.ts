import { type Kysely, sql, type Transaction } from 'kysely';
import { type BatchCounts, batchStatus } from '../analyses/batch-status.ts';
import { seesBatch } from '../analyses/narrowing-filter.ts';
import { withCachedKeyChecks } from '../database/cached-key-checks.ts';
import type { DB } from '../database/types.generated.ts';
import type { Narrowing } from '../shared/narrowing.ts';

export interface BatchRow extends BatchCounts {
  id: string;
  organization_id: string;
  task_id: string | null;
  priority: number;
  created_xid: string;
  created_at: Date;
  /** When its latest analysis ended; null: none has, or it ended before this column existed. */
  progressed_at: Date | null;
  finished_at: Date | null;
  /** For lists that are not in the order of ids; see OrderedRow. */
  order_value?: string | null;
}

export const batchColumns = [
  'id',
  'organization_id',
  'task_id',
  'priority',
  'total',
  'completed',
  'failed',
  'canceled',
  'expired',
  'created_at',
  'progressed_at',
  'finished_at',
] as const;

export function selectBatches(db: Kysely<DB>, organizationId: string) {
  return db
    .selectFrom('batch')
    .select(batchColumns)
    .select(sql<string>`created_xid::text`.as('created_xid'))
    .where('organization_id', '=', organizationId);
}

/** @param narrowing what the caller is limited to; null: nothing */
export function findBatches(
  db: Kysely<DB>,
  organizationId: string,
  ids: readonly string[],
  narrowing: Narrowing | null = null,
): Promise<BatchRow[]> {
  return selectBatches(db, organizationId)
    .where('id', '=', sql<string>`any(${[...ids]}::uuid[])`)
    .where(seesBatch(narrowing))
    .execute();
}

export interface NewBatch {
  id: string;
  organizationId: string;
  taskId: string | null;
  /** See batch-places.ts. */
  placeIds: readonly string[];
  priority: number;
  /** In the order of the request. */
  analysisIds: readonly string[];
  /** Their states: some may have failed because of their picture's header, or belong to an earlier batch. */
  counts: BatchCounts;
}

export async function insertBatch(trx: Transaction<DB>, batch: NewBatch): Promise<void> {
  await trx
    .insertInto('batch')
    .values({
      id: batch.id,
      organization_id: batch.organizationId,
      task_id: batch.taskId,
      place_ids: [...batch.placeIds],
      priority: batch.priority,
      ...batch.counts,
      finished_at: batchStatus(batch.counts) === 'COMPLETED' ? sql`now()` : null,
    })
    .execute();
}

/** After the analyses, because it refers to them. */
export async function insertBatchMembers(trx: Transaction<DB>, batch: NewBatch): Promise<void> {
  const insert = sql`
    insert into batch_analysis (batch_id, position, analysis_id, organization_id)
    select ${batch.id}, position - 1, analysis_id, ${batch.organizationId}
    from unnest(${[...batch.analysisIds]}::uuid[]) with ordinality as member(analysis_id, position)`;
  await withCachedKeyChecks(trx, batch.analysisIds.length, () => insert.execute(trx));
}
