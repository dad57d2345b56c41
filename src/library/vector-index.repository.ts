import { createHash } from 'node:crypto';
import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { DB } from '../database/types.generated.ts';
import type { Neighbour } from './embedding-matrix.ts';
import type { EmbeddingScope } from './embeddings.repository.ts';

/*
 * What pgvector adds for large libraries. Its type exists only where the operator has installed it, so what uses it is not in
 * the migrations: a table beside blob_embedding, kept by a trigger, and on it one HNSW index for each large library.
 */

/** Maximum dimensions for pgvector's HNSW. */
const maxDims = 2_000;

/**
 * Whether the operator has installed pgvector in this database (`create extension vector`), in a version that has HNSW. It is never
 * installed from here, because that needs rights that the server should not have.
 */
export async function hasVectorExtension(db: Kysely<DB>): Promise<boolean> {
  const { rows } = await sql<{ found: boolean }>`
    select exists (select from pg_extension where extname = 'vector')
      and exists (select from pg_am where amname = 'hnsw') as found`.execute(db);
  return rows[0]!.found;
}

/** Organisations with more embeddings of a model than this. `dims`: numbers of an embedding. */
export async function listLargeLibraries(
  db: Kysely<DB>,
  model: string,
  moreThan: number,
): Promise<{ organizationId: string; dims: number }[]> {
  const { rows } = await sql<{ organizationId: string; dims: number }>`
    select organization_id as "organizationId", max(length(embedding)) / 4 as dims from blob_embedding
    where model = ${model} and embedding is not null
    group by organization_id having count(*) > ${moreThan}`.execute(db);
  return rows.filter(({ dims }) => dims <= maxDims);
}

/**
 * Creates the table of vectors and the trigger that fills it, unless they exist. Rejected: an index on a function of the bytes,
 * without a table; PostgreSQL computes the expression for every row that it returns (0.3 ms each).
 */
export async function installVectors(db: Kysely<DB>): Promise<void> {
  await db.transaction().execute(async (trx) => {
    await sql`select pg_advisory_xact_lock(hashtext('sightline:vectors'))`.execute(trx);
    const { rows } = await sql<{ there: boolean }>`select to_regclass('blob_vector') is not null as there`.execute(trx);
    if (rows[0]!.there) return;
    await sql`
      create table blob_vector (
        organization_id uuid not null,
        sha256 bytea not null,
        model text not null,
        embedding vector not null,
        primary key (organization_id, sha256, model),
        foreign key (organization_id, sha256, model) references blob_embedding (organization_id, sha256, model)
          on delete cascade
      )`.execute(trx);
    // Little-endian float32; a subnormal number becomes 0.
    await sql`
      create function vector_of(embedding bytea) returns vector
      language sql immutable strict parallel safe as $$
        select array_agg(
          case when exponent = 0 then 0
          else (1 - 2 * (high >> 7)) * (1 + (low & 8388607) / 8388608::float8) * power(2::float8, exponent - 127)
          end order by ordinal)::real[]::vector
        from generate_series(0, length(embedding) / 4 - 1) as ordinal
        cross join lateral (
          select get_byte(embedding, 4 * ordinal) + (get_byte(embedding, 4 * ordinal + 1) << 8)
              + (get_byte(embedding, 4 * ordinal + 2) << 16) as low,
            get_byte(embedding, 4 * ordinal + 3) as high) as bytes
        cross join lateral (select ((high & 127) << 1) + (low >> 23) as exponent) as parts
      $$`.execute(trx);
    await sql`
      create function copy_vector() returns trigger language plpgsql as $$
      begin
        insert into blob_vector (organization_id, sha256, model, embedding)
        select new.organization_id, new.sha256, new.model, vector_of(new.embedding) where new.embedding is not null
        on conflict (organization_id, sha256, model) do nothing;
        return null;
      end $$`.execute(trx);
    await sql`
      create trigger blob_embedding_vector after insert or update of embedding on blob_embedding
      for each row execute function copy_vector()`.execute(trx);
  });
}

/** Copies some of the embeddings that existed before the trigger, after `after`. @returns the last one; null: no more. */
export async function copyVectors(
  db: Kysely<DB>,
  { organizationId, model }: EmbeddingScope,
  after: Buffer | null,
  limit: number,
): Promise<Buffer | null> {
  const { rows } = await sql<{ sha256: Buffer }>`
    with page as (
      select sha256, embedding from blob_embedding
      where organization_id = ${organizationId} and model = ${model} and embedding is not null
        and sha256 > ${after ?? Buffer.alloc(0)}
      order by sha256 limit ${limit}
    ),
    copied as (
      insert into blob_vector (organization_id, sha256, model, embedding)
      select ${organizationId}, page.sha256, ${model}, vector_of(page.embedding) from page
      where not exists (
        select from blob_vector v
        where v.organization_id = ${organizationId} and v.sha256 = page.sha256 and v.model = ${model})
      on conflict do nothing)
    select max(sha256::text)::bytea as sha256 from page`.execute(db);
  return rows[0]?.sha256 ?? null;
}

export type IndexState = 'valid' | 'invalid' | 'none';

export async function findVectorIndex(db: Kysely<DB>, scope: EmbeddingScope): Promise<IndexState> {
  const { rows } = await sql<{ valid: boolean }>`
    select indisvalid as valid from pg_index where indexrelid = to_regclass(${indexName(scope)})`.execute(db);
  if (!rows[0]) return 'none';
  return rows[0].valid ? 'valid' : 'invalid';
}

/**
 * Builds the index of one library: a partial one, so that it finds only the organisation's pictures; an index over all tenants
 * would find others' and discard them. It takes minutes, during which everything continues. It is built concurrently, because the
 * id of a transaction that takes minutes would hold back the event log (verified: this does not).
 * @param stop interrupts it; an incomplete index is replaced the next time.
 * @returns whether it was built; false: it was interrupted, or another worker is building it.
 */
export async function buildVectorIndex(
  db: Kysely<DB>,
  scope: EmbeddingScope,
  dims: number,
  stop: AbortSignal,
): Promise<boolean> {
  const name = sql.id(indexName(scope));
  return db.connection().execute(async (connection) => {
    // The index that another worker is building looks like the rest of an interrupted build, but must not be dropped.
    const { rows } = await sql<{ pid: number; locked: boolean }>`
      select pg_backend_pid() as pid, pg_try_advisory_lock(hashtext(${indexName(scope)})) as locked`.execute(
      connection,
    );
    if (!rows[0]!.locked) return false;
    const cancel = () => void sql`select pg_cancel_backend(${rows[0]!.pid})`.execute(db).catch(() => {});
    stop.addEventListener('abort', cancel, { once: true });
    try {
      if (stop.aborted) return false;
      // The rest of an interrupted build.
      if ((await findVectorIndex(connection, scope)) === 'invalid')
        await sql`drop index concurrently if exists ${name}`.execute(connection);
      await sql`
        create index concurrently if not exists ${name}
        on blob_vector using hnsw (${asVector(dims)} vector_cosine_ops) where ${inScope(scope)}`.execute(connection);
      return true;
    } catch (error) {
      if (stop.aborted) return false;
      throw error;
    } finally {
      stop.removeEventListener('abort', cancel);
      // A broken connection has released it.
      await sql`select pg_advisory_unlock(hashtext(${indexName(scope)}))`.execute(connection).catch(() => {});
    }
  });
}

/** How many candidates the index considers: pgvector's maximum. */
const searchBreadth = 1_000;
/** Without the index it would take longer, and the caller scans faster. */
const timeoutMs = 5_000;

/** Approximately the nearest, nearest first. Only if the index is valid. */
export function searchVectorIndex(
  db: Kysely<DB>,
  scope: EmbeddingScope,
  query: Float32Array,
  limit: number,
): Promise<Neighbour[]> {
  return db.transaction().execute(async (trx) => {
    // The planner does not know how much the index saves.
    await sql`
      select set_config('hnsw.ef_search', ${String(searchBreadth)}, true),
        set_config('statement_timeout', ${String(timeoutMs)}, true),
        set_config('enable_sort', 'off', true), set_config('enable_seqscan', 'off', true)`.execute(trx);
    const { rows } = await sql<Neighbour>`
      select encode(sha256, 'hex') as sha256,
        1 - (${asVector(query.length)} <=> ${`[${query.join(',')}]`}::vector) as cosine
      from blob_vector where ${inScope(scope)}
      order by ${asVector(query.length)} <=> ${`[${query.join(',')}]`}::vector limit ${limit}`.execute(trx);
    return rows;
  });
}

function asVector(dims: number): RawBuilder<unknown> {
  return sql`(embedding::vector(${sql.lit(dims)}))`;
}

/** With literals: a parameter does not prove that a partial index applies. */
function inScope({ organizationId, model }: EmbeddingScope): RawBuilder<unknown> {
  return sql`organization_id = ${sql.lit(organizationId)}::uuid and model = ${sql.lit(model)}`;
}

function indexName({ organizationId, model }: EmbeddingScope): string {
  const hash = createHash('sha256').update(`${organizationId} ${model}`).digest('hex').slice(0, 24);
  return `blob_vector_hnsw_${hash}`;
}
