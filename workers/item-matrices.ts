import type { Kysely } from 'kysely';
import { LRUCache } from 'lru-cache';
import {
  countActiveItems,
  findMatrixVersion,
  loadItemMatrixRows,
  type MatrixScope,
} from '../src/catalog/item-matrix.repository.ts';
import type { DB } from '../src/database/types.generated.ts';
import { averageEmbeddings } from '../src/recognition/embedding.ts';
import type { ItemMatrix } from './engine/pool.ts';

/** What one analysis is matched against. */
export interface TaskItems {
  matrix: ItemMatrix;
  /** Items of the task that are INDEXING or FAILED, or wait to be embedded by a new model: not looked for. */
  inactiveItemCount: number;
}

interface Kept {
  matrix: ItemMatrix;
  /** ACTIVE items that the model has not seen yet. */
  unembeddedCount: number;
}

/** 100,000 items of 256 numbers are 100 MB; more tasks than fit are loaded again when their turn comes. */
const maxCacheBytes = 256_000_000;

/**
 * The items of tasks as matrices of embeddings, one row an item, kept while nothing about them changes: the version is
 * asked for with every chunk (one indexed row), the embeddings only when it is new.
 */
export class ItemMatrices {
  readonly #db: Kysely<DB>;
  readonly #kept = new LRUCache<string, Kept>({
    maxSize: maxCacheBytes,
    sizeCalculation: ({ matrix }) => matrix.data.byteLength + 64 * matrix.itemIds.length + 1,
  });

  constructor(db: Kysely<DB>) {
    this.#db = db;
  }

  /** @param model name@version of the embedder. */
  async get(scope: MatrixScope, model: string): Promise<TaskItems> {
    const { version, inactiveItemCount } = await findMatrixVersion(this.#db, scope);
    const key = matrixKey(scope, model);
    let kept = this.#kept.get(key);
    if (kept?.matrix.version !== version) {
      kept = await this.#load(scope, model, { key, version });
      this.#kept.set(key, kept);
    }
    return { matrix: kept.matrix, inactiveItemCount: inactiveItemCount + kept.unembeddedCount };
  }

  async #load(scope: MatrixScope, model: string, { key, version }: { key: string; version: string }): Promise<Kept> {
    const rows = await loadItemMatrixRows(this.#db, scope, model);
    const active = await countActiveItems(this.#db, scope);
    return { matrix: toMatrix(key, version, rows), unembeddedCount: Math.max(0, active - rows.length) };
  }
}

/** Scopes of the same items share one matrix; tags are JSON, since they may hold any character. */
function matrixKey({ allCatalogItems, organizationId, taskId, tags }: MatrixScope, model: string): string {
  return `${allCatalogItems ? organizationId : taskId} ${model} ${tags ? JSON.stringify(tags) : 'all'}`;
}

function toMatrix(
  key: string,
  version: string,
  items: readonly { catalogItemId: string; embeddings: Float32Array[] }[],
): ItemMatrix {
  const dims = items[0]?.embeddings[0]?.length ?? 0;
  const data = new Float32Array(items.length * dims);
  items.forEach(({ embeddings }, row) => {
    data.set(averageEmbeddings(embeddings), row * dims);
  });
  return { key, version, itemIds: items.map((item) => item.catalogItemId), dims, data };
}
