import type { Kysely } from 'kysely';
import { LRUCache } from 'lru-cache';
import {
  findMatrixVersion,
  loadCounterExamples,
  loadMatrixItems,
  type MatrixModels,
  type MatrixScope,
  type MatrixVersion,
} from '../src/catalog/item-matrix.repository.ts';
import type { DB } from '../src/database/types.generated.ts';
import { countBytes } from './engines/pool/matrix-ledger.ts';
import type { ItemMatrix } from './engines/protocol/item-matrix.ts';
import { beginReading, type ItemReading, listChangedSince } from './item-reading.ts';
import { type KnownItems, shareRows, toKnownItem, toMatrix } from './known-items.ts';

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
  /** Their rows are parts of the matrix. */
  items: KnownItems;
  /** ACTIVE items that one of the models has not described yet. */
  unseenCount: number;
  reading: ItemReading;
}

/** 100,000 items of 256 numbers take 100 MB; tasks that do not fit are loaded again when they are needed. */
const maxCacheBytes = 256_000_000;
/** Of an item, beside its vectors. */
const itemBytes = 500;

/**
 * The items of tasks as matrices of embeddings, one row per item, cached while they do not change: the version is read for every
 * chunk (one indexed row), embeddings only if it is new, and only those of items that have changed.
 */
export class ItemMatrices {
  readonly #db: Kysely<DB>;
  readonly #kept = new LRUCache<string, Kept>({
    maxSize: maxCacheBytes,
    sizeCalculation: ({ matrix, items }) => countBytes(matrix) + itemBytes * items.size + 1,
  });

  /** By key and version, because all analyses of a chunk miss a changed matrix at the same time. */
  readonly #loading = new Map<string, Promise<Kept>>();

  constructor(db: Kysely<DB>) {
    this.#db = db;
  }

  async get(scope: MatrixScope, models: MatrixModels): Promise<TaskItems> {
    const found = await findMatrixVersion(this.#db, scope);
    const key = matrixKey(scope, models);
    let kept = this.#kept.get(key);
    if (kept?.matrix.version !== found.version) kept = await this.#loadOnce(scope, models, { key, found });
    return { matrix: kept.matrix, inactiveItemCount: found.inactiveItemCount + kept.unseenCount };
  }

  #loadOnce(scope: MatrixScope, models: MatrixModels, of: { key: string; found: MatrixVersion }): Promise<Kept> {
    const name = `${of.found.version} ${of.key}`;
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
    { key, found }: { key: string; found: MatrixVersion },
  ): Promise<Kept> {
    const reading = beginReading(found);
    const items = await this.#loadItems(scope, models, found, this.#kept.peek(key));
    const counterExamples = await loadCounterExamples(this.#db, scope, models);
    const matrix = toMatrix({ key, version: found.version }, items, counterExamples);
    const seen = [...items.values()].filter((item) => item && (models.verifier === null || item.hasFeatures));
    return { matrix, items: shareRows(items, matrix), unseenCount: items.size - seen.length, reading };
  }

  async #loadItems(
    scope: MatrixScope,
    models: MatrixModels,
    found: MatrixVersion,
    before: Kept | undefined,
  ): Promise<KnownItems> {
    const changed = await listChangedSince(this.#db, scope.organizationId, before?.reading, found);
    if (!before || changed === null) {
      const all = await loadMatrixItems(this.#db, scope, models);
      return new Map(all.map((item) => [item.catalogItemId, toKnownItem(item)]));
    }
    const items = new Map(before.items);
    for (const id of changed) items.delete(id);
    for (const item of await loadMatrixItems(this.#db, scope, models, changed))
      items.set(item.catalogItemId, toKnownItem(item));
    return items;
  }
}

/** Scopes with the same items share one matrix; tags are JSON, because they may contain any character. */
function matrixKey(
  { allCatalogItems, organizationId, taskId, tags }: MatrixScope,
  { embedder, verifier }: MatrixModels,
): string {
  return `${allCatalogItems ? organizationId : taskId} ${embedder} ${verifier} ${tags ? JSON.stringify(tags) : 'all'}`;
}
