import { type Kysely, sql, type Transaction } from 'kysely';
import type { DB } from '../database/types.generated.ts';
import { type Failure, failureColumns, isFaultOfBytes, readFailure } from '../shared/failure.ts';
import { toBytes, toFloats } from './embedding-bytes.ts';

/** What an embedder made of a picture, or why it could make nothing of it. */
export type Described = { embedding: Float32Array } | { failure: Failure };

/** What may succeed another time is not remembered of the bytes. */
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
 * Stores what embedders made of pictures whose bytes are still here; the caller holds a lock on something that keeps them
 * here, or accepts that those that went are left out. One that is stored already stays, unless it was a failure.
 */
export async function storeDescriptions(trx: Transaction<DB>, descriptions: readonly Description[]): Promise<void> {
  // In the order of their keys, so that two writers never wait for each other in a circle.
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

/** What is known of a picture; null: nobody has looked at it with this model yet. */
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
