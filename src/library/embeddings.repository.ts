import { type Kysely, type QueryResult, type RawBuilder, sql } from 'kysely';
import type { DB } from '../database/types.generated.ts';
import { toFloats } from './embedding-bytes.ts';

/** Whose embeddings, and of which model (name@version). */
export interface EmbeddingScope {
  organizationId: string;
  model: string;
}

export interface StoredEmbedding {
  /** Lower-case hex. */
  sha256: string;
  embedding: Float32Array;
}

/** The position up to which everything is committed: reads after this call see everything before it. */
export async function readHorizon(db: Kysely<DB>): Promise<string> {
  const { rows } = await sql<{ horizon: string }>`
    select pg_snapshot_xmin(pg_current_snapshot())::text as horizon`.execute(db);
  return rows[0]!.horizon;
}

interface EmbeddingRow {
  /** Not named xid: then `order by xid` would sort it as text. */
  transaction: string;
  hash: Buffer;
  embedding: Buffer;
}

/** The newest `limit` embeddings, newest first, in pages of 1 MB by default: larger ones block the process for longer. */
export async function* streamEmbeddings(
  db: Kysely<DB>,
  { organizationId, model }: EmbeddingScope,
  limit: number,
  pageSize = 1_000,
): AsyncGenerator<StoredEmbedding[]> {
  let after: Pick<EmbeddingRow, 'transaction' | 'hash'> | null = null;
  for (let left = limit; left > 0; ) {
    const before: RawBuilder<unknown> = after
      ? sql`and (xid, sha256) < (${after.transaction}::xid8, ${after.hash})`
      : sql``;
    const { rows }: QueryResult<EmbeddingRow> = await sql<EmbeddingRow>`
      select xid::text as transaction, sha256 as hash, embedding from blob_embedding
      where organization_id = ${organizationId} and model = ${model} and embedding is not null ${before}
      order by xid desc, sha256 desc limit ${Math.min(left, pageSize)}`.execute(db);
    const last = rows.at(-1);
    if (!last) return;
    yield rows.map(({ hash, embedding }) => ({ sha256: hash.toString('hex'), embedding: toFloats(embedding) }));
    after = last;
    left -= rows.length;
  }
}

/**
 * The pictures that were described by transactions from this one on: all that were committed later, and some before. Ids that this
 * cluster has not assigned yet are from before the database was restored into it; rows with them were already there at the start.
 */
export async function listHashesSince(
  db: Kysely<DB>,
  { organizationId, model }: EmbeddingScope,
  horizon: string,
): Promise<string[]> {
  const { rows } = await sql<{ sha256: string }>`
    select encode(sha256, 'hex') as sha256 from blob_embedding
    where organization_id = ${organizationId} and model = ${model}
      and xid >= ${horizon}::xid8 and xid < pg_snapshot_xmax(pg_current_snapshot())`.execute(db);
  return rows.map(({ sha256 }) => sha256);
}

/** All pictures that are described. */
export async function listHashes(db: Kysely<DB>, { organizationId, model }: EmbeddingScope): Promise<Set<string>> {
  const { rows } = await sql<{ sha256: string }>`
    select encode(sha256, 'hex') as sha256 from blob_embedding
    where organization_id = ${organizationId} and model = ${model}`.execute(db);
  return new Set(rows.map(({ sha256 }) => sha256));
}

export async function findEmbeddings(
  db: Kysely<DB>,
  { organizationId, model }: EmbeddingScope,
  hashes: readonly string[],
): Promise<StoredEmbedding[]> {
  const { rows } = await sql<{ sha256: string; embedding: Buffer }>`
    select encode(sha256, 'hex') as sha256, embedding from blob_embedding
    where organization_id = ${organizationId} and model = ${model} and embedding is not null
      and sha256 = any(${hashes.map((hash) => Buffer.from(hash, 'hex'))}::bytea[])`.execute(db);
  return rows.map(({ sha256, embedding }) => ({ sha256, embedding: toFloats(embedding) }));
}
