import type { Kysely } from 'kysely';
import { LRUCache } from 'lru-cache';
import { findMatrixVersion, type MatrixScope } from '../src/catalog/item-matrix.repository.ts';
import { loadItemWords } from '../src/catalog/words.repository.ts';
import type { DB } from '../src/database/types.generated.ts';
import { PrintedWords } from '../src/recognition/words/printed-words.ts';

/** About 100,000 items with ten words each. */
const maxCachedWords = 1_000_000;

interface Kept {
  version: string;
  words: PrintedWords;
}

/** The words on the items of tasks, cached while the items do not change. Analyses that read no text do not load them. */
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
    const { version } = await findMatrixVersion(this.#db, scope);
    const key = JSON.stringify([scope.organizationId, scope.allCatalogItems ? null : scope.taskId, scope.tags ?? null]);
    const kept = this.#kept.get(key);
    if (kept?.version === version) return kept.words;
    const words = new PrintedWords(await loadItemWords(this.#db, scope, this.#model));
    this.#kept.set(key, { version, words });
    return words;
  }
}
