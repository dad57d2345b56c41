import { type Kysely, sql, type Transaction } from 'kysely';
import type { DB } from '../database/types.generated.ts';
import { type Failure, failureColumns, isFaultOfBytes, readFailure } from '../shared/failure.ts';
import { toBytes, toFloats } from './embedding-bytes.ts';

/** The result of an embedder for a picture, or the reason why there is none. */
export type Described = { embedding: Float32Array } | { failure: Failure };

/** Temporary failures are not stored with the bytes. */
export function isLasting(described: Described): boolean {
  return 'embedding' in described || isFaultOfBytes(described.failure);
}

export interface Description {
  organizationId: string;
  /** Lower-case hex. */
  sha256: string;
  /** name@version of the embedder. */
  model: string;
  described: Described;
}

/**
 * Stores the results of embedders for pictures whose bytes still exist. The caller either holds a lock that keeps the bytes, or
 * accepts that deleted ones are left out. An existing result stays, unless it was a failure.
 */
export async function storeDescriptions(trx: Transaction<DB>, descriptions: readonly Description[]): Promise<void> {
  // In the order of their keys, so that two writers never deadlock.
  const inOrder = [...new Map(descriptions.map((one) => [keyOf(one), one])).entries()].sort(([a], [b]) =>
    a < b ? -1 : 1,
  );
  for (const [, { organizationId, sha256, model, described }] of inOrder) {
    const embedding = 'embedding' in described ? toBytes(described.embedding) : null;
    const failure = failureColumns('failure' in described ? described.failure : null);
    await sql`
      insert into blob_embedding (
        organization_id, sha256, model, embedding, failure_code, failure_message, failure_retryable)
      select organization_id, sha256, ${model}, ${embedding}::bytea, ${failure.failure_code}::text,
        ${failure.failure_message}::text, ${failure.failure_retryable}::boolean
      from blob where organization_id = ${organizationId} and sha256 = ${Buffer.from(sha256, 'hex')} for key share
      on conflict (organization_id, sha256, model) do update set
        embedding = excluded.embedding, failure_code = excluded.failure_code, failure_message = excluded.failure_message,
        failure_retryable = excluded.failure_retryable, xid = excluded.xid
      where blob_embedding.embedding is null`.execute(trx);
  }
}

function keyOf({ organizationId, sha256, model }: Description): string {
  return `${organizationId} ${sha256} ${model}`;
}

/** The result for a picture; null: this model has not processed it yet. */
export async function findDescription(
  db: Kysely<DB>,
  organizationId: string,
  sha256: string,
  model: string,
): Promise<Described | null> {
  const row = await db
    .selectFrom('blob_embedding')
    .select(['embedding', 'failure_code', 'failure_message', 'failure_retryable'])
    .where('organization_id', '=', organizationId)
    .where('sha256', '=', Buffer.from(sha256, 'hex'))
    .where('model', '=', model)
    .executeTakeFirst();
  if (!row) return null;
  return row.embedding ? { embedding: toFloats(row.embedding) } : { failure: readFailure(row)! };
}
