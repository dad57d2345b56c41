import type { CounterExample } from './counter-examples.ts';
import { cosines, type ItemVectors, topIndexes } from './matching.ts';

/** What corrections taught: pictures of items, and counter-examples. One L2-normalised row each, as wide as those of the items. */
export interface TaughtVectors {
  references: {
    /** For each, the row of its item; ascending, so that those of one item stand together. */
    rows: readonly number[];
    data: Float32Array;
  };
  counterExamples: {
    /** For each, see CounterExample. */
    itemsBefore: readonly (string | null)[];
    data: Float32Array;
  };
}

export interface KnownItems extends ItemVectors {
  /** Absent: nothing was taught. */
  taught?: TaughtVectors;
}

/** A counter-example with its similarity to a detection. */
export interface AlikeCounterExample extends CounterExample {
  cosine: number;
}

export interface Likenesses {
  /** Cosine with each item: of its row, or of the most similar picture that it was taught, whichever is higher. */
  similar: Float32Array;
  /** Cosine with each taught picture; empty if there are none. */
  references: Float32Array;
  /** The most similar counter-examples, most similar first, by their indexes. */
  counterExamples: (AlikeCounterExample & { index: number })[];
}

/** Counter-examples that are compared with one detection, the most similar ones: each costs as much as an item. */
const mostCounterExamples = 3;

/** Compares the embedding of a detection with items and with what corrections taught. */
export function findLikenesses(embedding: Float32Array, { taught, ...items }: KnownItems): Likenesses {
  const similar = cosines(embedding, items);
  if (!taught) return { similar, references: new Float32Array(), counterExamples: [] };
  const { dims } = items;
  const references = cosines(embedding, { dims, data: taught.references.data });
  taught.references.rows.forEach((row, index) => {
    if (references[index]! > similar[row]!) similar[row] = references[index]!;
  });
  const { itemsBefore, data } = taught.counterExamples;
  const against = cosines(embedding, { dims, data });
  const counterExamples = topIndexes(against, mostCounterExamples).map((index) => ({
    index,
    cosine: against[index]!,
    itemsBefore: itemsBefore[index]!,
  }));
  return { similar, references, counterExamples };
}

/**
 * Of the pictures that an item was taught, the most similar to a detection, most similar first.
 * @param rows see TaughtVectors.
 * @param similar cosine with each picture.
 */
export function nearestReferences(
  rows: readonly number[],
  row: number,
  similar: Float32Array,
  count: number,
): number[] {
  const first = firstFrom(rows, row);
  return topIndexes(similar.subarray(first, firstFrom(rows, row + 1)), count).map((index) => first + index);
}

/** The first index whose value is at least `least`, of ascending values. */
function firstFrom(values: readonly number[], least: number): number {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (values[middle]! >= least) high = middle;
    else low = middle + 1;
  }
  return low;
}
