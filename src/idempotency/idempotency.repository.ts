import { type Kysely, type SqlBool, sql, type Transaction } from 'kysely';
import type { DB } from '../database/types.generated.ts';

/** How long a key stands for what it was first used for. */
export const keyHours = 24;

/** Mutations that take a key. The same key may be used once in each of them. */
export type RepeatableOperation =
  | 'submitBatch'
  | 'recognizeImage'
  | 'createUploads'
  | 'rerunAnalyses'
  | 'createCatalogItem'
  | 'createTask';

export interface RequestKey {
  operation: RepeatableOperation;
  key: string;
}

/** What was asked for and answered under a key. */
export interface AnsweredRequest {
  request_hash: Buffer;
  answer: unknown;
}

const holds = sql<SqlBool>`idempotency_key.created_at >= now() - ${keyHours} * interval '1 hour'`;

/**
 * Takes a key for this transaction, also one whose 24 hours are over. While another transaction holds it, this waits: once
 * that has committed the key is taken, and when it was rolled back the key is free.
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

/** null when the key was never used, or longer ago than 24 hours. */
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

/** To be called by the transaction that took the key. */
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

/** Forgets keys whose 24 hours are over, of requests and of single images. */
export async function removeOldKeys(db: Kysely<DB>): Promise<void> {
  await db.deleteFrom('idempotency_key').where(sql<SqlBool>`not (${holds})`).execute();
  await db
    .deleteFrom('analysis_key')
    .where('created_at', '<', sql<Date>`now() - ${keyHours} * interval '1 hour'`)
    .execute();
}
