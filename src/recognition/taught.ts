import type { CounterExample } from './counter-examples.ts';
import { cosines, type ItemVectors, topIndexes } from './matching.ts';

/** What corrections taught: pictures of items, and counter-examples. One L2-normalised row each, as wide as those of the items. */
export interface TaughtVectors {
  references: {
    /** For each, the row of its item; ascending, so that those of one item stand together. */
    rows: readonly number[];
    /** For each, whether it stands alone: see standsAlone. */
    alone: readonly boolean[];
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
  /** Cosine with each item: of its row, or of the most similar picture that stands alone, whichever is higher. */
  similar: Float32Array;
  /** Cosine with each taught picture; empty if there are none. */
  references: Float32Array;
  /** The most similar counter-examples, most similar first, by their indexes. */
  counterExamples: (AlikeCounterExample & { index: number })[];
}

/** Of photographs of packs, 3 % are less similar to the catalogue picture of their own item. */
const leastAlike = 0.2;

/**
 * Whether a picture that an item was taught resembles its catalogue pictures so little that these seem to show something else: an
 * older design, another side, a drawing. Then it stands alone; otherwise it only confirms what the catalogue pictures say.
 * @param row the item's row; reference the picture's embedding.
 */
export function standsAlone(row: Float32Array, reference: Float32Array): boolean {
  return cosines(reference, { dims: row.length, data: row })[0]! < leastAlike;
}

/** Counter-examples that are compared with one detection, the most similar ones: each costs as much as an item. */
const mostCounterExamples = 3;

/** Compares the embedding of a detection with items and with what corrections taught. */
export function findLikenesses(embedding: Float32Array, { taught, ...items }: KnownItems): Likenesses {
  const similar = cosines(embedding, items);
  if (!taught) return { similar, references: new Float32Array(), counterExamples: [] };
  const { dims } = items;
  const references = cosines(embedding, { dims, data: taught.references.data });
  const { rows, alone } = taught.references;
  rows.forEach((row, index) => {
    if (alone[index] && references[index]! > similar[row]!) similar[row] = references[index]!;
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
