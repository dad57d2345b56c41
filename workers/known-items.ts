import type { CounterExampleEmbedding, ItemEmbeddings } from '../src/catalog/item-matrix.repository.ts';
import { averageEmbeddings } from '../src/recognition/embedding.ts';
import { standsAlone } from '../src/recognition/taught.ts';
import type { ItemMatrix } from './engines/protocol/item-matrix.ts';

/** What a matrix needs of an item. */
export interface KnownItem {
  /** The mean of its embeddings, as in the matrix. */
  row: Float32Array;
  pictureIds: string[];
  hasFeatures: boolean;
  taught: { pictureId: string; embedding: Float32Array; alone: boolean }[];
}

/** By id, the ACTIVE items of a scope; null: one that the embedder has not embedded yet. */
export type KnownItems = ReadonlyMap<string, KnownItem | null>;

/** An item without a picture of its own is known by what it was taught. */
export function toKnownItem({ embeddings, taught, pictureIds, hasFeatures }: ItemEmbeddings): KnownItem | null {
  if (embeddings.length + taught.length === 0) return null;
  const row = averageEmbeddings(embeddings.length > 0 ? embeddings : taught.map(({ embedding }) => embedding));
  return {
    row,
    pictureIds,
    hasFeatures,
    taught: taught.map((picture) => ({ ...picture, alone: standsAlone(row, picture.embedding) })),
  };
}

/** The matrix of all items that are embedded, in the order of their ids. */
export function toMatrix(
  of: { key: string; version: string },
  known: KnownItems,
  counterExamples: readonly CounterExampleEmbedding[],
): ItemMatrix {
  const items = [...known]
    .flatMap(([id, item]) => (item ? [{ id, ...item }] : []))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
  const references = items.flatMap(({ taught }, row) => taught.map((picture) => ({ ...picture, row })));
  const matrix = {
    ...of,
    itemIds: items.map(({ id }) => id),
    pictureIds: items.map(({ pictureIds }) => pictureIds),
    dims: items[0]?.row.length ?? 0,
    data: join(items.map(({ row }) => row)),
  };
  if (references.length + counterExamples.length === 0) return matrix;
  return {
    ...matrix,
    taught: {
      references: {
        pictureIds: references.map(({ pictureId }) => pictureId),
        rows: references.map(({ row }) => row),
        alone: references.map(({ alone }) => alone),
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

/** The same items with rows that are parts of the matrix, so that each is in memory once. */
export function shareRows(known: KnownItems, { itemIds, data, dims }: ItemMatrix): KnownItems {
  const shared = new Map(known);
  for (const [index, id] of itemIds.entries())
    shared.set(id, { ...known.get(id)!, row: data.subarray(index * dims, (index + 1) * dims) });
  return shared;
}
