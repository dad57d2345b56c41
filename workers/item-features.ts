import type { Kysely } from 'kysely';
import { LRUCache } from 'lru-cache';
import { loadItemFeatures } from '../src/catalog/item-features.repository.ts';
import type { DB } from '../src/database/types.generated.ts';
import type { StoredFeatures, WantedFeatures } from './engines/protocol/item-matrix.ts';

/** About 600 pictures, so that the engines of one worker, which request the same ones, cause one read of the database. */
const maxCacheBytes = 32_000_000;

/** Stored features of catalogue pictures, for requests of engines. */
export class StoredItemFeatures {
  readonly #db: Kysely<DB>;
  readonly #kept = new LRUCache<string, StoredFeatures>({
    maxSize: maxCacheBytes,
    sizeCalculation: ({ features }) => features.byteLength,
  });

  constructor(db: Kysely<DB>) {
    this.#db = db;
  }

  /** The stored features of these pictures of the organisation. @param model name@version of the verifier. */
  async find(organizationId: string, model: string, wanted: readonly WantedFeatures[]): Promise<StoredFeatures[]> {
    const key = (pictureId: string) => `${organizationId} ${model} ${pictureId}`;
    const found = wanted.flatMap(({ pictureId }) => this.#kept.get(key(pictureId)) ?? []);
    const known = new Set(found.map(({ pictureId }) => pictureId));
    const lacking = wanted.filter(({ pictureId }) => !known.has(pictureId));
    if (lacking.length === 0) return found;
    for (const { pictureId, features } of await loadItemFeatures(this.#db, organizationId, model, lacking)) {
      // Copied: the driver's buffers are views of the whole response, and would keep it in memory.
      const stored = { pictureId, features: new Uint8Array(features) };
      this.#kept.set(key(pictureId), stored);
      found.push(stored);
    }
    return found;
  }
}
