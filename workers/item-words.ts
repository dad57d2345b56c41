import type { Kysely } from 'kysely';
import { LRUCache } from 'lru-cache';
import { findMatrixVersion, type MatrixScope, type MatrixVersion } from '../src/catalog/item-matrix.repository.ts';
import { loadItemWords } from '../src/catalog/words.repository.ts';
import type { DB } from '../src/database/types.generated.ts';
import { PrintedWords } from '../src/recognition/words/printed-words.ts';
import { beginReading, type ItemReading, listChangedSince } from './item-reading.ts';

/** About 100,000 items with ten words each. */
const maxCachedWords = 1_000_000;

interface Kept {
  version: string;
  words: PrintedWords;
  reading: ItemReading;
}

/**
 * The words on the items of tasks, cached while the items do not change; then only those of items that have changed are read. Analyses that
 * read no text do not load them.
 */
export class ItemWords {
  readonly #db: Kysely<DB>;
  /** name@version of the text recogniser that reads catalogue pictures; null: none does. */
  readonly #model: string | null;
  readonly #kept = new LRUCache<string, Kept>({
    maxSize: maxCachedWords,
    sizeCalculation: ({ words }) => words.count + 1,
  });

  constructor(db: Kysely<DB>, model: string | null) {
    this.#db = db;
    this.#model = model;
  }

  async get(scope: MatrixScope): Promise<PrintedWords> {
    const found = await findMatrixVersion(this.#db, scope);
    const key = JSON.stringify([scope.organizationId, scope.allCatalogItems ? null : scope.taskId, scope.tags ?? null]);
    const kept = this.#kept.get(key);
    if (kept?.version === found.version) return kept.words;
    const reading = beginReading(found);
    const words = await this.#load(scope, kept, found);
    this.#kept.set(key, { version: found.version, words, reading });
    return words;
  }

  async #load(scope: MatrixScope, before: Kept | undefined, found: MatrixVersion): Promise<PrintedWords> {
    const changed = await listChangedSince(this.#db, scope.organizationId, before?.reading, found);
    if (!before || changed === null) return new PrintedWords(await loadItemWords(this.#db, scope, this.#model));
    return before.words.with(changed, await loadItemWords(this.#db, scope, this.#model, changed));
  }
}
