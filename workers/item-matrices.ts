import type { Kysely } from 'kysely';
import { LRUCache } from 'lru-cache';
import {
  type CounterExampleEmbedding,
  countActiveItems,
  findMatrixVersion,
  type ItemEmbeddings,
  loadCounterExamples,
  loadItemMatrixRows,
  type MatrixModels,
  type MatrixScope,
} from '../src/catalog/item-matrix.repository.ts';
import type { DB } from '../src/database/types.generated.ts';
import { averageEmbeddings } from '../src/recognition/embedding.ts';
import { standsAlone } from '../src/recognition/taught.ts';
import { countBytes } from './engines/pool/matrix-ledger.ts';
import type { ItemMatrix } from './engines/protocol/item-matrix.ts';

/** What one analysis is matched against. */
export interface TaskItems {
  matrix: ItemMatrix;
  /**
   * Number of items of the task that are INDEXING or FAILED, or wait to be embedded by a new model, so analyses do not look for
   * them; and of those that wait for a new verifier, which are matched by appearance only.
   */
  inactiveItemCount: number;
}

interface Kept {
  matrix: ItemMatrix;
  /** ACTIVE items that one of the models has not described yet. */
  unseenCount: number;
}

/** 100,000 items of 256 numbers take 100 MB; tasks that do not fit are loaded again when they are needed. */
const maxCacheBytes = 256_000_000;

/**
 * The items of tasks as matrices of embeddings, one row per item, cached while they do not change: the version is read for every
 * chunk (one indexed row), the embeddings only if it is new.
 */
export class ItemMatrices {
  readonly #db: Kysely<DB>;
  readonly #kept = new LRUCache<string, Kept>({
    maxSize: maxCacheBytes,
    sizeCalculation: ({ matrix }) => countBytes(matrix) + 160 * matrix.itemIds.length + 1,
  });

  /** By key and version, because all analyses of a chunk miss a changed matrix at the same time. */
  readonly #loading = new Map<string, Promise<Kept>>();

  constructor(db: Kysely<DB>) {
    this.#db = db;
  }

  async get(scope: MatrixScope, models: MatrixModels): Promise<TaskItems> {
    const { version, inactiveItemCount } = await findMatrixVersion(this.#db, scope);
    const key = matrixKey(scope, models);
    let kept = this.#kept.get(key);
    if (kept?.matrix.version !== version) kept = await this.#loadOnce(scope, models, { key, version });
    return { matrix: kept.matrix, inactiveItemCount: inactiveItemCount + kept.unseenCount };
  }

  #loadOnce(scope: MatrixScope, models: MatrixModels, of: { key: string; version: string }): Promise<Kept> {
    const name = `${of.version} ${of.key}`;
    const begun = this.#loading.get(name);
    if (begun) return begun;
    const loading = this.#load(scope, models, of)
      .then((kept) => {
        this.#kept.set(of.key, kept);
        return kept;
      })
      .finally(() => this.#loading.delete(name));
    this.#loading.set(name, loading);
    return loading;
  }

  async #load(
    scope: MatrixScope,
    models: MatrixModels,
    { key, version }: { key: string; version: string },
  ): Promise<Kept> {
    const rows = await loadItemMatrixRows(this.#db, scope, models);
    const counterExamples = await loadCounterExamples(this.#db, scope, models);
    const active = await countActiveItems(this.#db, scope);
    const seen = models.verifier === null ? rows : rows.filter(({ hasFeatures }) => hasFeatures);
    return {
      matrix: toMatrix({ key, version }, rows, counterExamples),
      unseenCount: Math.max(0, active - seen.length),
    };
  }
}

/** Scopes with the same items share one matrix; tags are JSON, because they may contain any character. */
function matrixKey(
  { allCatalogItems, organizationId, taskId, tags }: MatrixScope,
  { embedder, verifier }: MatrixModels,
): string {
  return `${allCatalogItems ? organizationId : taskId} ${embedder} ${verifier} ${tags ? JSON.stringify(tags) : 'all'}`;
}

function toMatrix(
  of: { key: string; version: string },
  items: readonly ItemEmbeddings[],
  counterExamples: readonly CounterExampleEmbedding[],
): ItemMatrix {
  // An item without a picture of its own is known by what it was taught.
  const rows = items.map(({ embeddings, taught }) =>
    averageEmbeddings(embeddings.length > 0 ? embeddings : taught.map(({ embedding }) => embedding)),
  );
  const references = items.flatMap(({ taught }, row) => taught.map((picture) => ({ ...picture, row })));
  const matrix = {
    ...of,
    itemIds: items.map((item) => item.catalogItemId),
    pictureIds: items.map((item) => item.pictureIds),
    dims: rows[0]?.length ?? 0,
    data: join(rows),
  };
  if (references.length + counterExamples.length === 0) return matrix;
  return {
    ...matrix,
    taught: {
      references: {
        pictureIds: references.map(({ pictureId }) => pictureId),
        rows: references.map(({ row }) => row),
        alone: references.map(({ row, embedding }) => standsAlone(rows[row]!, embedding)),
        data: join(references.map(({ embedding }) => embedding)),
      },
      counterExamples: {
        pictureIds: counterExamples.map(({ pictureId }) => pictureId),
        itemsBefore: counterExamples.map(({ itemsBefore }) => itemsBefore),
        data: join(counterExamples.map(({ embedding }) => embedding)),
      },
    },
  };
}

/** Vectors of one length, one after the other. */
function join(vectors: readonly Float32Array[]): Float32Array {
  const dims = vectors[0]?.length ?? 0;
  const data = new Float32Array(vectors.length * dims);
  for (const [row, vector] of vectors.entries()) data.set(vector, row * dims);
  return data;
}
