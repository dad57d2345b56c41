import type { Kysely } from 'kysely';
import { LRUCache } from 'lru-cache';
import type { DB } from '../database/types.generated.ts';
import { EmbeddingMatrix } from './embedding-matrix.ts';
import {
  type EmbeddingScope,
  findEmbeddings,
  listHashes,
  listHashesSince,
  readHorizon,
  streamEmbeddings,
} from './embeddings.repository.ts';

/** 500,000 pictures at 256 numbers each, of one organisation or of all together. */
const maxBytes = 640_000_000;
/** Pictures of one organisation: older ones are not found by example. Scanning that many takes 0.16 s. */
export const maxRows = 500_000;
/** Deleted pictures are never returned. After this time, the next search also removes their embeddings from memory. */
const forgetAfterMs = 3_600_000;
/** Rows read at once when many are new. */
const pageSize = 1_000;

interface Kept {
  matrix: EmbeddingMatrix;
  /** Everything below was committed when it was last read. */
  horizon: string;
  /** performance.now() when it last contained nothing that had been deleted. */
  sweptAt: number;
}

/**
 * The embeddings of organisations' pictures in memory, for searching by example. Before each use it reads what was committed since
 * the last one: rows have the id of their transaction, and rows from the last horizon on are read again, because no ids follow the
 * order of commits. In memory instead of SQL: PostgreSQL without an extension takes seconds for 100,000 dot products, this takes 32
 * ms.
 */
export class LibraryMatrices {
  readonly #db: Kysely<DB>;
  readonly #forgetAfterMs: number;
  readonly #kept = new LRUCache<string, Kept>({
    maxSize: maxBytes,
    sizeCalculation: ({ matrix }) => matrix.byteSize,
  });
  /** One refresh at a time for each: a caller that arrives meanwhile starts another one after it, and so sees what is new by then. */
  readonly #refreshing = new Map<string, Promise<unknown>>();

  constructor(db: Kysely<DB>, options: { forgetAfterMs?: number } = {}) {
    this.#db = db;
    this.#forgetAfterMs = options.forgetAfterMs ?? forgetAfterMs;
  }

  /** Everything that is committed by now. @param dims numbers of an embedding */
  async get(scope: EmbeddingScope, dims: number): Promise<EmbeddingMatrix> {
    const key = `${scope.organizationId} ${scope.model}`;
    const before = this.#refreshing.get(key) ?? Promise.resolve();
    const mine = before.catch(() => {}).then(() => this.#refresh(key, scope, dims));
    this.#refreshing.set(key, mine);
    try {
      return await mine;
    } finally {
      if (this.#refreshing.get(key) === mine) this.#refreshing.delete(key);
    }
  }

  async #refresh(key: string, scope: EmbeddingScope, dims: number): Promise<EmbeddingMatrix> {
    const horizon = await readHorizon(this.#db);
    const kept = this.#kept.get(key);
    const matrix = kept?.matrix ?? new EmbeddingMatrix(dims);
    if (kept) await this.#addSince(matrix, scope, kept.horizon);
    else
      for await (const page of streamEmbeddings(this.#db, scope, maxRows))
        for (const { sha256, embedding } of page) matrix.add(sha256, embedding);
    let sweptAt = kept?.sweptAt ?? performance.now();
    if (performance.now() - sweptAt > this.#forgetAfterMs) {
      matrix.retain(await listHashes(this.#db, scope));
      sweptAt = performance.now();
    }
    this.#kept.set(key, { matrix, horizon, sweptAt });
    return matrix;
  }

  async #addSince(matrix: EmbeddingMatrix, scope: EmbeddingScope, horizon: string): Promise<void> {
    const hashes = (await listHashesSince(this.#db, scope, horizon)).filter((hash) => !matrix.has(hash));
    for (let start = 0; start < hashes.length; start += pageSize)
      for (const { sha256, embedding } of await findEmbeddings(this.#db, scope, hashes.slice(start, start + pageSize)))
        matrix.add(sha256, embedding);
  }
}
