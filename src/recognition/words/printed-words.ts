import { foldWord, wordsOf } from './words-of.ts';

/** What is known about the words on an item. */
export interface ItemWords {
  itemId: string;
  words: readonly string[];
  /** Whether its owner gave them, all that can be read on its front; false: a model read some of them. */
  areGiven: boolean;
}

/** The words printed on the items of a task. */
export class PrintedWords {
  /** Folded. */
  readonly #byItem: Map<string, Pick<ItemWords, 'words' | 'areGiven'>>;

  constructor(items: readonly ItemWords[]) {
    this.#byItem = new Map(
      items.map(({ itemId, words, areGiven }) => [
        itemId,
        { words: [...new Set(wordsOf(words).map(foldWord))], areGiven },
      ]),
    );
  }

  /** The same with other words for some items; an item of `changed` that is not among `items` has none. */
  with(changed: readonly string[], items: readonly ItemWords[]): PrintedWords {
    const words = new PrintedWords(items);
    const without = new Set(changed);
    for (const [itemId, known] of this.#byItem) if (!without.has(itemId)) words.#byItem.set(itemId, known);
    return words;
  }

  /** How many there are in memory. */
  get count(): number {
    return [...this.#byItem.values()].reduce((sum, { words }) => sum + words.length, 0);
  }

  /** Those of an item, folded; null: they are not known. */
  of(itemId: string): Pick<ItemWords, 'words' | 'areGiven'> | null {
    return this.#byItem.get(itemId) ?? null;
  }
}
