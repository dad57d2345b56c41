import type { Kysely } from 'kysely';
import { LRUCache } from 'lru-cache';
import { loadItemFeatures } from '../src/catalog/item-features.repository.ts';
import type { DB } from '../src/database/types.generated.ts';
import type { StoredFeatures, WantedFeatures } from './engines/pool/pool.ts';

/** Some 600 pictures: so that the engines of one worker, which ask for the same ones, cost the database one reading. */
const maxCacheBytes = 32_000_000;

/** Stored features of catalogue pictures, as engines ask for them. */
export class StoredItemFeatures {
  readonly #db: Kysely<DB>;
  readonly #kept = new LRUCache<string, StoredFeatures>({
    maxSize: maxCacheBytes,
    sizeCalculation: ({ features }) => features.byteLength,
  });

  constructor(db: Kysely<DB>) {
    this.#db = db;
  }

  /** Those of the organisation's pictures that are stored. @param model name@version of the verifier. */
  async find(organizationId: string, model: string, wanted: readonly WantedFeatures[]): Promise<StoredFeatures[]> {
    const key = (pictureId: string) => `${organizationId} ${model} ${pictureId}`;
    const found = wanted.flatMap(({ pictureId }) => this.#kept.get(key(pictureId)) ?? []);
    const known = new Set(found.map(({ pictureId }) => pictureId));
    const lacking = wanted.filter(({ pictureId }) => !known.has(pictureId));
    if (lacking.length === 0) return found;
    for (const { pictureId, features } of await loadItemFeatures(this.#db, organizationId, model, lacking)) {
      // Copied: the driver's buffers are views of what came with the whole answer, and would keep that.
      const stored = { pictureId, features: new Uint8Array(features) };
      this.#kept.set(key(pictureId), stored);
      found.push(stored);
    }
    return found;
  }
}
