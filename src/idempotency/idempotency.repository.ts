import { type Kysely, type SqlBool, sql, type Transaction } from 'kysely';
import type { DB } from '../database/types.generated.ts';

/** How long a key refers to the request that first used it. */
export const keyHours = 24;

/** Mutations with a key. The same key may be used once in each of them. */
export type RepeatableOperation =
  | 'submitBatch'
  | 'recognizeImage'
  | 'createUploads'
  | 'rerunAnalyses'
  | 'createCatalogItem'
  | 'importCatalog'
  | 'createTask'
  | 'createPlanogram'
  | 'correctDetections'
  | 'analyzeVideo'
  | 'analyzeVideos';

export interface RequestKey {
  operation: RepeatableOperation;
  key: string;
}

/** The request and the response of a key. */
export interface AnsweredRequest {
  request_hash: Buffer;
  answer: unknown;
}

const holds = sql<SqlBool>`idempotency_key.created_at >= now() - ${keyHours} * interval '1 hour'`;

/**
 * Takes a key for this transaction, also one whose 24 hours are over. If another transaction has taken it, this waits: after a
 * commit the key is used, after a rollback it is free.
 * @returns whether it was free.
 */
export async function takeKey(
  trx: Transaction<DB>,
  organizationId: string,
  { operation, key }: RequestKey,
  requestHash: Buffer,
): Promise<boolean> {
  const taken = await trx
    .insertInto('idempotency_key')
    .values({ organization_id: organizationId, operation, key, request_hash: requestHash })
    .onConflict((conflict) =>
      conflict
        .columns(['organization_id', 'operation', 'key'])
        .doUpdateSet({ request_hash: requestHash, answer: null, created_at: sql`now()` })
        .where(sql<SqlBool>`not (${holds})`),
    )
    .returning('key')
    .executeTakeFirst();
  return taken !== undefined;
}

/** null if the key was never used, or more than 24 hours ago. */
export async function findAnswered(
  db: Kysely<DB>,
  organizationId: string,
  { operation, key }: RequestKey,
): Promise<AnsweredRequest | null> {
  const row = await db
    .selectFrom('idempotency_key')
    .select(['request_hash', 'answer'])
    .where('organization_id', '=', organizationId)
    .where('operation', '=', operation)
    .where('key', '=', key)
    .where(holds)
    .executeTakeFirst();
  return row ?? null;
}

/** Call it in the transaction that took the key. */
export async function storeAnswer(
  trx: Transaction<DB>,
  organizationId: string,
  { operation, key }: RequestKey,
  answer: object,
): Promise<void> {
  await trx
    .updateTable('idempotency_key')
    .set({ answer: JSON.stringify(answer) })
    .where('organization_id', '=', organizationId)
    .where('operation', '=', operation)
    .where('key', '=', key)
    .execute();
}

/** Deletes keys whose 24 hours are over, of requests and of single images. */
export async function removeOldKeys(db: Kysely<DB>): Promise<void> {
  await db.deleteFrom('idempotency_key').where(sql<SqlBool>`not (${holds})`).execute();
  await db
    .deleteFrom('analysis_key')
    .where('created_at', '<', sql<Date>`now() - ${keyHours} * interval '1 hour'`)
    .execute();
}
